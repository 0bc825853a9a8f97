import Broker
import Market
import Trading

/// Remembers which executions were told, so that a repeated event is not a second fill.
///
/// Holds the last `capacity` of them; a repetition from further back is the business of the books, where
/// `(symbol, id)` is unique.
struct FillMemory: Sendable {
    private struct Key: Hashable {
        var symbol: Symbol
        var id: FillID
    }

    let capacity: Int
    private var known: Set<Key> = []
    /// In order of arrival, a ring of `capacity`.
    private var order: [Key] = []
    private var oldest = 0

    init(capacity: Int = 20_000) {
        precondition(capacity > 0, "a memory of nothing")
        self.capacity = capacity
    }

    /// Whether the execution is new; it is remembered.
    mutating func isNew(_ fill: FillReport) -> Bool {
        let key = Key(symbol: fill.symbol, id: fill.id)
        guard known.insert(key).inserted else { return false }
        if order.count < capacity {
            order.append(key)
        } else {
            known.remove(order[oldest])
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
        return true
    }
}
