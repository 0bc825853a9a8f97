import Market
import Wording

/// One line of the journal: why something was or was not done.
public struct JournalEntry: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An intent that asked for nothing that could be done.
        case skipped
        /// An order refused by the symbol's rules, the cash or the broker.
        case rejected
        /// An order refused by the risk gate.
        case risk
        /// An order made smaller to what cash or position cover.
        case cut
        /// Something the broker reported that does not fit what is known.
        case conflict
        /// What was left of a lot and is less than can be sold.
        case dust
        /// A callback of the strategy that failed, or callbacks that contradict each other.
        case failed
    }

    /// The time of the decision or the fill.
    public let time: Timestamp
    public let kind: Kind
    /// The order concerned, where there is one.
    public let order: OrderID?
    public let message: Message

    public init(time: Timestamp, kind: Kind, order: OrderID? = nil, message: Message) {
        self.time = time
        self.kind = kind
        self.order = order
        self.message = message
    }
}
