/// An account, by the number that Binance calls `uid`.
public struct AccountID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    public static func < (left: AccountID, right: AccountID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}
