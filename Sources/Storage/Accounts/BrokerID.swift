/// The number of an account at a venue that a user has entered.
public struct BrokerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public static func < (left: BrokerID, right: BrokerID) -> Bool { left.number < right.number }
    public var description: String { String(number) }
}
