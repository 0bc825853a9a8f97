/// A market of the exchange: its place in the list of markets.
public struct MarketID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    public static func < (left: MarketID, right: MarketID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}
