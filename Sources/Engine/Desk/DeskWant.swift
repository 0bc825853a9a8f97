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

    func matches(_ order: DeskOrder) -> Bool {
        guard order.coreID == id, order.end == nil, order.request.instruction == instruction,
            order.remaining == quantity, order.watch == watch, order.partner.map({ OrderID($0.number) }) == partner
        else { return false }
        switch order.phase {
        case .cancelling, .unwatching: return false
        case .held, .sending, .unsure, .open, .watched: return true
        }
    }
}

/// What the core's orders come to at this venue.
struct DeskWants: Sendable, Hashable {
    var list: [DeskWant] = []
    /// Orders that nothing can serve any more: there is no position left for them.
    var unservable: [OrderID] = []

    subscript(id: OrderID) -> DeskWant? { list.first { $0.id == id } }
}
