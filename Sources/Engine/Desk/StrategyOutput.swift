import Broker
import Market
import Storage
import Trading
import Wording

/// What is to be written down and done. All but `sends` and `lookAfter` belongs into one transaction; they follow it.
public struct StrategyOutput: Sendable {
    /// Rows to be added as pending. First of all: fills and states may be of them.
    public var newOrders: [OrderRequest] = []
    /// To be booked; each with its client id.
    public var fills: [FillReport] = []
    public var standings: [StrategyCommit.OrderStanding] = []
    public var profits: [StrategyCommit.Profit] = []
    public var sends: [DeskAction] = []
    /// For the script: to be kept until its next decision.
    public var events: [StrategyEvent] = []
    public var trades: [ClosedTrade] = []
    public var journal: [JournalEntry] = []
    public var alerts: [StrategyAlert] = []
    /// Whether `RunningStrategy.memory` has to be written down.
    public var memoryChanged = false
    /// What the position's row is to say, one after the other; empty where it has not changed. A quantity of zero
    /// closes it: what comes next opens another one.
    public var positions: [PositionRepository.Standing] = []
    /// `.look` is wanted after this long; sooner does no harm.
    public var lookAfter: Duration?

    public init() {}

    /// Whether it has to be written down before `sends`, and the memory with it. Otherwise a memory that has changed
    /// may wait for the next time: after a crash the one before finds out the rest by itself.
    public var hasToBeWritten: Bool {
        !newOrders.isEmpty || !fills.isEmpty || !standings.isEmpty || !profits.isEmpty || !trades.isEmpty
            || !journal.isEmpty || !alerts.isEmpty || !events.isEmpty || !positions.isEmpty
            // One that is sent again has its row, but the memory before may say that nothing of it is at the venue.
            || sends.contains(where: \.isPlacing)
    }

    /// Whether nothing has happened that anybody has to keep.
    public var isEmpty: Bool { !hasToBeWritten && !memoryChanged }
}
