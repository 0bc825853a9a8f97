/// What a venue counts: requests, their weight, orders.
public struct RateLimitUnit: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String

    public init(_ name: String) {
        self.name = name
    }

    public init(stringLiteral name: String) {
        self.name = name
    }

    public var description: String { name }
}

/// At most `limit` of a unit in each stretch of `length`; stretches follow each other from 1970-01-01T00:00:00Z, so a
/// minute begins at :00 and a day at midnight UTC.
public struct RateLimitWindow: Sendable, Hashable {
    public let unit: RateLimitUnit
    public let limit: Int
    public let length: Duration

    /// Nil unless `limit` is positive and `length` at least a millisecond and at most 366 days: such numbers come from
    /// the venue.
    public init?(_ unit: RateLimitUnit, limit: Int, per length: Duration) {
        guard limit > 0, length >= .milliseconds(1), length <= .seconds(366 * 86_400) else { return nil }
        self.unit = unit
        self.limit = limit
        self.length = length
    }
}
