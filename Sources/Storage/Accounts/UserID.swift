/// The number of a user. Every query on rows of users takes one.
public struct UserID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public static func < (left: UserID, right: UserID) -> Bool { left.number < right.number }
    public var description: String { String(number) }
}
