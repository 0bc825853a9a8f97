import Market
import Wording

/// Booking fills: what they open, close and lead to.
extension TradingCore {
    mutating func book(_ fill: Fill, into actions: inout [TradingAction]) {
        now = fill.time
        guard var order = order(of: fill) else {
            return note(
                .conflict, fill.order,
                Message(
                    "fill \(fill.id) is of order \(fill.order), which is not known",
                    fr: "l'exécution \(fill.id) est de l'ordre \(fill.order), inconnu"), &actions)
        }
        // The broker may tell the same fill twice, after a reconnect for instance.
        if order.bookedFills.contains(fill.id) { return }
        let wasFlat = ledger.isFlat
        let firstAction = actions.count
        do {
            order.filledValue += try fill.price.notional(of: fill.quantity, rounding: .nearest)
            order.filledQuantity += fill.quantity
            order.fees += fill.fee
            // Who ends with this fill and is forgotten then cannot get it twice.
            if endedCapacity > 0 || order.filledQuantity < order.quantity { order.bookedFills.append(fill.id) }
            try apply(fill, of: order, &actions)
        } catch {
            let reason = Message(
                "fill \(fill.id) is too large to be counted", fr: "l'exécution \(fill.id) est trop grande")
            note(.conflict, fill.order, reason, &actions)
            if let index = orderIndex(fill.order) { end(index, as: .cancelled(reason), &actions) }
            return
        }
        settle(order, &actions)
        refreshPosition()
        if !orders.isEmpty { sumUpOrders() }
        announce(fill, order, wasFlat: wasFlat, at: firstAction, &actions)
    }

    private func order(of fill: Fill) -> Order? {
        if let index = orderIndex(fill.order) { return orders[index] }
        return ended.last { $0.id == fill.order }
    }

    /// Closes what the fill closes and opens what it opens.
    private mutating func apply(
        _ fill: Fill, of order: Order, _ actions: inout [TradingAction]
    ) throws(FixedDecimal.Failure) {
        var rest = fill.quantity
        var fee = fill.fee
        if ledger.direction?.exitSide == fill.side {
            if let lot = order.lot, let index = ledger.lotIndex(lot) {
                try close(lotAt: index, &rest, &fee, fill, order, &actions)
            }
            while rest.value.isPositive, !ledger.lots.isEmpty {
                try close(lotAt: 0, &rest, &fee, fill, order, &actions)
            }
        }
        guard rest.value.isPositive else { return }
        if order.reduceOnly || (settings.market == .spot && fill.side == .sell) {
            try ledger.bookUnmatched(fill.side, quantity: rest, price: fill.price, fee: fee)
            return note(
                .conflict, order.id,
                Message(
                    "fill \(fill.id) traded \(rest) more than the position held",
                    fr: "l'exécution \(fill.id) porte sur \(rest) de plus que la position"), &actions)
        }
        let id = LotID(order.id)
        try ledger.open(
            id, direction: fill.side == .buy ? .long : .short, quantity: rest, price: fill.price, fee: fee, fill: fill,
            tag: order.tag)
        if let index = ledger.lotIndex(id) { protect(lotAt: index, order.protection, &actions) }
    }

    private mutating func close(
        lotAt index: Int, _ rest: inout Quantity, _ fee: inout Money, _ fill: Fill, _ order: Order,
        _ actions: inout [TradingAction]
    ) throws(FixedDecimal.Failure) {
        let part = min(rest, ledger.lots[index].quantity)
        // The last piece bears what is left of the fee, so the pieces' fees are the fill's.
        let share =
            part == rest
            ? fee : Money(try fee.value.scaled(by: part.value, over: rest.value, rounding: .nearest))
        let piece = try ledger.close(lotAt: index, quantity: part, price: fill.price, fee: share)
        rest -= part
        fee -= share
        actions.append(.notify(.positionClosed(trade(piece, fill, order))))
        closedTradeCount += 1
        let survivor = ledger.lotIndex(piece.lot.id)
        follow(piece.lot.stopOrder, except: order.id, survivor, &actions)
        follow(piece.lot.targetOrder, except: order.id, survivor, &actions)
    }

    /// Adapts an order that protects a lot to what was closed of it: smaller with the lot, gone with it.
    private mutating func follow(
        _ id: OrderID?, except filled: OrderID, _ survivor: Int?, _ actions: inout [TradingAction]
    ) {
        guard let id, id != filled else { return }
        if let survivor {
            resize(id, to: ledger.lots[survivor].quantity, &actions)
        } else {
            cancel(id, into: &actions)
        }
    }

    private func trade(_ piece: Ledger.ClosedPiece, _ fill: Fill, _ order: Order) -> ClosedTrade {
        let lot = piece.lot
        let entry = lot.entryPrice.value.double
        let exit = fill.price.value.double
        let highest = max(lot.highest, exit)
        let lowest = min(lot.lowest, exit)
        let rise = max(0, (highest - entry) / entry * 100)
        let drop = max(0, (entry - lowest) / entry * 100)
        let isLong = lot.direction == .long
        let value = piece.entryValue.value.double
        return ClosedTrade(
            id: closedTradeCount + 1, direction: lot.direction, quantity: piece.quantity, entryTime: lot.entryTime,
            entryPrice: lot.entryPrice, exitTime: fill.time, exitPrice: fill.price, fees: piece.fees,
            profit: piece.profit, profitPct: value > 0 ? piece.profit.value.double / value * 100 : 0,
            bars: fill.index - lot.entryIndex, reason: Self.reason(order), maePct: isLong ? drop : rise,
            mfePct: isLong ? rise : drop, entryReason: lot.tag, entryIndex: lot.entryIndex, exitIndex: fill.index,
            entryOrder: lot.id.order, exitOrder: order.id, isAmbiguous: fill.isAmbiguous, remaining: ledger.quantity)
    }

    private static func reason(_ order: Order) -> String {
        switch order.role {
        case .stop: "stop"
        case .target: "target"
        case .exit, .decided: order.tag.isEmpty ? "exit_signal" : order.tag
        }
    }

    /// Writes the order back, ended when nothing of it is left.
    private mutating func settle(_ order: Order, _ actions: inout [TradingAction]) {
        guard let index = orderIndex(order.id) else {
            // A late fill of an ended order: what it says is kept, its end stays.
            if let at = ended.firstIndex(where: { $0.id == order.id }) { ended[at] = order }
            return
        }
        orders[index] = order
        ordersVersion &+= 1
        if order.filledQuantity >= order.quantity {
            end(index, as: .filled, &actions)
        } else {
            if case .cancelInFlight = order.state {} else { orders[index].state = .partiallyFilled }
            tellOrder(at: index, &actions)
        }
    }

    /// Puts the fill and the opening of a position before what followed from them.
    private func announce(
        _ fill: Fill, _ order: Order, wasFlat: Bool, at place: Int, _ actions: inout [TradingAction]
    ) {
        if listening.contains(.positions), wasFlat, let position = positionAtFill {
            actions.insert(.notify(.positionOpened(position)), at: place)
        }
        if listening.contains(.fills) {
            actions.insert(.notify(.filled(fill, tag: order.tag)), at: place)
        }
    }
}
