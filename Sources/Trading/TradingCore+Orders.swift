import Market
import Wording

/// The lives of orders: accepted, rejected, cut, cancelled, expired.
extension TradingCore {
    func orderIndex(_ id: OrderID) -> Int? {
        // By index, since an element taken out of the list would be copied whole. The youngest are asked for most.
        var index = orders.count - 1
        while index >= 0, orders[index].id != id { index -= 1 }
        return index >= 0 ? index : nil
    }

    mutating func accept(_ id: OrderID, into actions: inout [TradingAction]) {
        guard let index = orderIndex(id), case .pendingNew = orders[index].state else { return }
        orders[index].state = .open
        orderChanged(at: index)
        tellOrder(at: index, &actions)
    }

    mutating func reject(_ id: OrderID, _ reason: Message, into actions: inout [TradingAction]) {
        guard let index = orderIndex(id) else { return }
        actions.append(
            .journal(JournalEntry(time: now, kind: .rejected, order: id, message: reason)))
        end(index, as: .rejected(reason), &actions)
    }

    mutating func cut(
        _ id: OrderID, to quantity: Quantity, _ reason: Message, into actions: inout [TradingAction]
    ) {
        guard let index = orderIndex(id) else { return }
        orders[index].quantity = quantity
        orderChanged(at: index)
        actions.append(.journal(JournalEntry(time: now, kind: .cut, order: id, message: reason)))
    }

    /// Asks for the cancel; the order lives until the broker has answered.
    mutating func cancel(_ id: OrderID, isExpiring: Bool = false, into actions: inout [TradingAction]) {
        guard let index = orderIndex(id) else { return }
        if case .cancelInFlight = orders[index].state { return }
        orders[index].state = .cancelInFlight
        orders[index].isExpiring = isExpiring
        orderChanged(at: index)
        actions.append(.cancel(id))
    }

    mutating func finishCancel(_ id: OrderID, _ reason: Message?, into actions: inout [TradingAction]) {
        guard let index = orderIndex(id) else { return }
        end(index, as: orders[index].isExpiring ? .expired : .cancelled(reason), &actions)
    }

    mutating func resume(_ id: OrderID, _ reason: Message, into actions: inout [TradingAction]) {
        guard let index = orderIndex(id), case .cancelInFlight = orders[index].state else { return }
        orders[index].state = orders[index].filledQuantity.value.isPositive ? .partiallyFilled : .open
        orders[index].isExpiring = false
        orderChanged(at: index)
        actions.append(.journal(JournalEntry(time: now, kind: .conflict, order: id, message: reason)))
        tellOrder(at: index, &actions)
    }

    @usableFromInline
    mutating func expireOrders(at index: Int, into actions: inout [TradingAction]) {
        for order in orders {
            if let last = order.lastIndex, last <= index { cancel(order.id, isExpiring: true, into: &actions) }
        }
    }

    /// Puts the order into a terminal state and out of the list; a lot that it protected is unprotected from now on.
    mutating func end(_ index: Int, as state: OrderState, _ actions: inout [TradingAction]) {
        orders[index].state = state
        let order = orders.remove(at: index)
        if let lot = order.lot, let at = ledger.lotIndex(lot) {
            forget(order.id, ofLotAt: at)
            refreshPosition()
        }
        remember(order)
        if !ledger.isFlat { dropDust(after: order.id, &actions) }
        ordersChanged(order)
        tell(order, &actions)
    }

    private mutating func remember(_ order: Order) {
        guard endedCapacity > 0 else { return }
        if ended.count < endedCapacity {
            ended.append(order)
        } else {
            ended[endedNext] = order
            endedNext = (endedNext + 1) % endedCapacity
        }
    }

    @inline(__always)
    func tell(_ order: Order, _ actions: inout [TradingAction]) {
        if listening.contains(.orders) { actions.append(.notify(.orderUpdated(order))) }
    }

    /// The same for one of the list, which is copied only for somebody who listens.
    @inline(__always)
    func tellOrder(at index: Int, _ actions: inout [TradingAction]) {
        if listening.contains(.orders) { actions.append(.notify(.orderUpdated(orders[index]))) }
    }

    /// What is known about all orders is made again only when an order changed that has a part in it.
    mutating func ordersChanged(_ order: Order) {
        ordersVersion &+= 1
        let isLimit = order.role == .decided && order.limitPrice != nil
        if isLimit || order.lastIndex != nil { sumUpOrders() }
    }

    mutating func orderChanged(at index: Int) {
        ordersVersion &+= 1
        let isLimit = orders[index].role == .decided && orders[index].limitPrice != nil
        if isLimit || orders[index].lastIndex != nil { sumUpOrders() }
    }

    /// Which limit orders hold cash back depends on the position too.
    mutating func sumUpOrders() {
        nextExpiry = Int.max
        reserved = 0
        for index in orders.indices where orders[index].role == .decided {
            if orders[index].state == .cancelInFlight { continue }
            if let last = orders[index].lastIndex { nextExpiry = min(nextExpiry, last) }
            guard let limit = orders[index].limitPrice, mayOpen(orders[index]) else { continue }
            reserved +=
                limit.value.double * (orders[index].quantity - orders[index].filledQuantity).value.double
                * (1 + settings.fees.maker.double)
        }
    }

    /// Whether the order opens or adds, with the position as it is now.
    func mayOpen(_ order: Order) -> Bool {
        guard order.role == .decided, !order.reduceOnly else { return false }
        return order.side != ledger.direction?.exitSide && !(settings.market == .spot && order.side == .sell)
    }
}
