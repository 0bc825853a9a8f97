import Wording

/// The length of a candle. Ordered from the finest to the coarsest.
public enum Timeframe: String, CaseIterable, Sendable, Comparable, CustomStringConvertible {
    case m1 = "1m"
    case m3 = "3m"
    case m5 = "5m"
    case m10 = "10m"
    case m15 = "15m"
    case m30 = "30m"
    case h1 = "1h"
    case h2 = "2h"
    case h4 = "4h"
    case h6 = "6h"
    case h8 = "8h"
    case h12 = "12h"
    case d1 = "1d"
    case w1 = "1w"

    /// The timeframes that the live heartbeat beats in.
    public static let heartbeat: [Timeframe] = [.m1, .m3, .m5, .m10, .m15, .h1, .h2, .h4]

    /// The length of one candle.
    public var milliseconds: Int64 {
        switch self {
        case .m1: 60_000
        case .m3: 180_000
        case .m5: 300_000
        case .m10: 600_000
        case .m15: 900_000
        case .m30: 1_800_000
        case .h1: 3_600_000
        case .h2: 7_200_000
        case .h4: 14_400_000
        case .h6: 21_600_000
        case .h8: 28_800_000
        case .h12: 43_200_000
        case .d1: 86_400_000
        case .w1: 604_800_000
        }
    }

    /// The first slot of the grid at or after 1970: weeks start on Monday, and 1970-01-01 was a Thursday.
    private var gridOffset: Int64 {
        self == .w1 ? 4 * 86_400_000 : 0
    }

    /// The open time of the candle that the instant falls in.
    public func openTime(containing time: Timestamp) -> Timestamp {
        let length = milliseconds
        // Remainders first: a time far outside the calendar must not overflow.
        var inside = (time.milliseconds % length - gridOffset) % length
        if inside < 0 { inside += length }
        return Timestamp(milliseconds: time.milliseconds &- inside)
    }

    /// Whether a candle of this timeframe may open at the instant.
    public func isOpenTime(_ time: Timestamp) -> Bool {
        (time.milliseconds % milliseconds - gridOffset) % milliseconds == 0
    }

    /// Whether every candle of this timeframe is made of whole candles of the other one.
    public func isMultiple(of finer: Timeframe) -> Bool {
        milliseconds % finer.milliseconds == 0 && (gridOffset - finer.gridOffset) % finer.milliseconds == 0
    }

    /// The timeframe whose candles last exactly that long, if there is one.
    public init?(milliseconds: Int64) {
        guard let found = Self.allCases.first(where: { $0.milliseconds == milliseconds }) else { return nil }
        self = found
    }

    public init(parsing text: String) throws(MarketError) {
        guard let found = Self(rawValue: text) else {
            let shown = quotedForMessage(text)
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw MarketError(
                Message(
                    "\(shown) is not a timeframe: expected one of \(known)",
                    fr: "\(shown) n'est pas une unité de temps : attendu l'une de \(known)"))
        }
        self = found
    }

    public var description: String { rawValue }

    public static func < (left: Timeframe, right: Timeframe) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
