/// The number of an order, counted from 1 in each market.
public struct OrderID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    public static func < (left: OrderID, right: OrderID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}
