/// The number of an order list, counted from 1 over the whole exchange.
public struct OrderListID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    public static func < (left: OrderListID, right: OrderListID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}
