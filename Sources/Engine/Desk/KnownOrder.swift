import Broker
import Market
import Storage
import Trading

/// An order's row as far as the desk has to know it after a restart.
public struct KnownOrder: Sendable, Hashable {
    public var request: OrderRequest
    public var venueID: VenueOrderID?
    public var state: OrderState
    public var filledQuantity: Quantity

    public init(
        request: OrderRequest, venueID: VenueOrderID? = nil, state: OrderState = .pendingNew,
        filledQuantity: Quantity = .zero
    ) {
        self.request = request
        self.venueID = venueID
        self.state = state
        self.filledQuantity = filledQuantity
    }

    public init(_ order: StoredOrder) {
        self.init(
            request: order.request, venueID: order.venueID, state: order.state, filledQuantity: order.filledQuantity)
    }
}
