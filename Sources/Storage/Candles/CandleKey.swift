import Broker
import Market

/// Which candles: one venue, one symbol, one timeframe. Candles of a testnet are another venue's.
public struct CandleKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var venue: VenueName
    public var symbol: Symbol
    public var timeframe: Timeframe

    public init(venue: VenueName, symbol: Symbol, timeframe: Timeframe) {
        self.venue = venue
        self.symbol = symbol
        self.timeframe = timeframe
    }

    public static func < (left: CandleKey, right: CandleKey) -> Bool {
        (left.venue, left.symbol, left.timeframe) < (right.venue, right.symbol, right.timeframe)
    }

    public var description: String { "\(venue) \(symbol) \(timeframe)" }
}

extension Timeframe {
    /// The number of the timeframe in the table `timeframes`; never changed.
    var code: Int32 {
        switch self {
        case .m1: 1
        case .m3: 2
        case .m5: 3
        case .m10: 4
        case .m15: 5
        case .m30: 6
        case .h1: 7
        case .h2: 8
        case .h4: 9
        case .h6: 10
        case .h8: 11
        case .h12: 12
        case .d1: 13
        case .w1: 14
        }
    }

    init?(code: Int64) {
        guard let found = Self.allCases.first(where: { Int64($0.code) == code }) else { return nil }
        self = found
    }
}
