import Broker
import Market
import Trading

/// What should stand at the venue, or be watched, for one order of the core.
struct DeskWant: Sendable, Hashable {
    let id: OrderID
    let side: Side
    let quantity: Quantity
    let instruction: OrderInstruction
    /// Nil: it is placed at the venue.
    var watch: DeskOrder.Watch?
    /// The core's order whose half of a pair stands beside it.
    var partner: OrderID?
    /// Whether it takes from the position, which must hold it.
    var reduces: Bool
    /// Whether it is a lot's target, waiting at the venue.
    var isTarget = false

    func matches(_ order: DeskOrder) -> Bool {
        guard isOf(order), order.remaining == quantity else { return false }
        switch order.phase {
        case .cancelling, .unwatching: return false
        case .held, .sending, .unsure, .open, .watched: return true
        }
    }

    /// Whether the order is what is wanted but for its quantity, of which more is wanted by now.
    func outgrows(_ order: DeskOrder) -> Bool {
        isOf(order) && order.phase == .open && order.remaining < quantity
    }

    private func isOf(_ order: DeskOrder) -> Bool {
        order.coreID == id && order.end == nil && order.request.instruction == instruction && order.watch == watch
            && order.partner.map { OrderID($0.number) } == partner
    }
}

/// What the core's orders come to at this venue.
struct DeskWants: Sendable, Hashable {
    var list: [DeskWant] = []
    /// Orders that nothing can serve any more: there is no position left for them.
    var unservable: [OrderID] = []

    subscript(id: OrderID) -> DeskWant? { list.first { $0.id == id } }
}
