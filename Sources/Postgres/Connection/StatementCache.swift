/// The prepared statements of one connection, by text and types of the parameters.
struct StatementCache {
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    private struct Entry {
        let name: String
        var lastUse: Int
    }

    let limit: Int
    private var entries: [Key: Entry] = [:]
    private var uses = 0
    private var made = 0

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { entries.count }

    func contains(_ key: Key) -> Bool { entries[key] != nil }

    mutating func name(for key: Key) -> String? {
        uses += 1
        guard let entry = entries[key] else { return nil }
        entries[key]?.lastUse = uses
        return entry.name
    }

    /// The entry used longest ago, taken out, where there is no room for one more.
    mutating func evicted() -> String? {
        guard entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
            return nil
        }
        entries[oldest.key] = nil
        return oldest.value.name
    }

    mutating func nextName() -> String {
        made += 1
        return "aristobot_\(made)"
    }

    mutating func insert(_ name: String, for key: Key) {
        entries[key] = Entry(name: name, lastUse: uses)
    }

    mutating func remove(_ key: Key) -> String? {
        entries.removeValue(forKey: key)?.name
    }
}
