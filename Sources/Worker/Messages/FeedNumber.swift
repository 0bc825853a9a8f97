/// What an executor knows a feed by; given by the caller, unique within one executor.
public struct FeedNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public static func < (left: FeedNumber, right: FeedNumber) -> Bool { left.number < right.number }

    public var description: String { "\(number)" }
}

/// What an executor knows a running strategy by; given by the caller, unique within one executor.
public struct InstanceNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public static func < (left: InstanceNumber, right: InstanceNumber) -> Bool { left.number < right.number }

    public var description: String { "\(number)" }
}
