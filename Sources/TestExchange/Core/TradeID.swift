/// The number of a trade or of an aggregate trade, counted from 1 in each market.
public struct TradeID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    public static func < (left: TradeID, right: TradeID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}
