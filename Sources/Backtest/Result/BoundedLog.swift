/// The first entries of a list that may be long, and how many came after them.
public struct BoundedLog<Entry: Sendable>: Sendable {
    public let limit: Int
    public private(set) var entries: [Entry] = []
    /// Entries that were not kept.
    public private(set) var dropped = 0

    public init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// How many there were in all.
    public var total: Int { entries.count + dropped }

    public mutating func append(_ entry: @autoclosure () -> Entry) {
        if entries.count < limit { entries.append(entry()) } else { dropped += 1 }
    }
}
