import Storage
import Trading
import Worker

/// What a script is to be told with its next decision, in the order it happened. The store has the same, written with
/// what caused it and deleted with the decision that took it in, so that a crash loses none and tells none twice.
struct ScriptEvents: Sendable {
    struct Entry: Sendable, Equatable {
        var number: Int64
        var event: StrategyEvent
    }

    /// A script that is not asked for long, as while it is suspended, hears of the newest only.
    static let most = 1_000

    private(set) var entries: [Entry] = []
    /// The number of the newest one ever.
    private(set) var last: Int64 = 0
    /// How many of those in the store could not be read.
    private(set) var unreadable = 0

    init() {}

    /// What the store has. What a program of another version wrote and this one cannot read is left out.
    init(_ kept: [KeptEvent]) {
        for event in kept {
            last = max(last, event.number)
            do {
                entries.append(Entry(number: event.number, event: try StrategyEvent(stored: event.bytes)))
            } catch {
                unreadable += 1
            }
        }
        entries.removeFirst(max(0, entries.count - Self.most))
    }

    var events: [StrategyEvent] { entries.map(\.event) }
    /// Whether the store has none either.
    var isEmpty: Bool { entries.isEmpty && unreadable == 0 }
    var isFull: Bool { entries.count == Self.most }

    /// What a commit writes when these have happened and the script was told those up to `told`.
    func change(adding new: [StrategyEvent], told: Int64?) -> (added: [KeptEvent], through: Int64?) {
        var next = self
        next.take(new, told: told)
        let added = next.entries.filter { $0.number > last }
        let oldest = next.entries.first?.number ?? next.last + 1
        // Only where there is something to delete.
        let isLess = (entries.first?.number ?? .max) < oldest || (unreadable > 0 && told != nil)
        return (
            added.map { KeptEvent(number: $0.number, bytes: $0.event.stored) }, isLess ? oldest - 1 : nil
        )
    }

    /// The same once the commit stands.
    mutating func take(_ new: [StrategyEvent], told: Int64?) {
        if let told {
            entries.removeAll { $0.number <= told }
            unreadable = 0
        }
        for event in new {
            last += 1
            entries.append(Entry(number: last, event: event))
        }
        entries.removeFirst(max(0, entries.count - Self.most))
    }
}
