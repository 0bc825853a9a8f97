import Broker
import Storage
import Trading

/// What the messages at hand have led to, before it is written down: each strategy at most once.
struct Draft {
    struct Change {
        var running: RunningStrategy?
        var commit: StrategyCommit
        var isWritten = false
        var isMemoryStale = false
        var sends: [DeskAction] = []
        var events: [StrategyEvent] = []
        /// The number of the newest event that the decision has told the script.
        var told: Int64?
        /// Set when the commit stands: what the row says now.
        var row: ActiveStrategy?
        var scriptState: [UInt8]??
        /// When the signal was read that it was decided on.
        var read: ContinuousClock.Instant?
        /// When it was decided.
        var decided: ContinuousClock.Instant?
    }

    private(set) var order: [ActiveStrategyID] = []
    private var changes: [ActiveStrategyID: Change] = [:]

    var isEmpty: Bool { order.isEmpty }
    var count: Int { order.count }

    subscript(id: ActiveStrategyID) -> Change? {
        get { changes[id] }
        set {
            if changes[id] == nil, newValue != nil { order.append(id) }
            changes[id] = newValue
        }
    }

    /// Whether the strategy has something to be written already.
    func isWritten(_ id: ActiveStrategyID) -> Bool { changes[id]?.isWritten ?? false }
}
