import Broker
import Market
import Trading

/// What is to be done at the venue, in this order, once everything before it is written down.
public enum DeskAction: Sendable, Hashable {
    /// Place: the answer comes as `.report` or `.sendFailed`, always.
    case place(OrderRequest)
    /// The answers come as two `.report`, or as one `.sendFailed`.
    case placePair(OrderPairRequest)
    /// The answer comes as `.report` or `.cancelFailed`.
    case cancel(ClientOrderID, Symbol)
    /// Ask the venue about the order after that long: its fills come as `.fill`, then the order as `.report`; or
    /// `.unknownAtVenue`. A call that fails is tried again by its own back-off, or left to the next `.look`.
    case ask(ClientOrderID, Symbol, after: Duration)
    case watch(WatchedOrder)
    /// Answered by `.unwatched`, or by `.triggeredSent` where it was too late.
    case unwatch(ClientOrderID)

    /// Whether it may bring an order to the venue: never before it is written down that it may be there.
    var isPlacing: Bool {
        switch self {
        case .place, .placePair: true
        case .cancel, .ask, .watch, .unwatch: false
        }
    }
}
