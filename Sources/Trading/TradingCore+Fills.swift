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
            order.fees += try fill.fee + fill.price.notional(of: fill.baseFee, rounding: .up)
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
        let payer = payerInBase(of: fill, order)
        var fee = try fill.fee + (payer == nil ? feeFromElsewhere(fill) : .zero)
        if ledger.direction?.exitSide == fill.side {
            if let lot = order.lot, let index = ledger.lotIndex(lot) {
                try close(lotAt: index, &rest, &fee, fill, order, &actions)
            }
            while rest.value.isPositive, !ledger.lots.isEmpty {
                try close(lotAt: 0, &rest, &fee, fill, order, &actions)
            }
            if let payer { try pay(fill.baseFee, from: payer, order.id, &actions) }
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
        let opened = fill.side == .buy ? max(.zero, rest - fill.baseFee) : rest
        if opened < rest {
            // Bought and kept by the broker: the price of the lot stays the price of the fill.
            fee += try fill.price.notional(of: rest, rounding: .up) - fill.price.notional(of: opened, rounding: .up)
        }
        guard opened.value.isPositive else {
            return try ledger.bookUnmatched(fill.side, quantity: .zero, price: fill.price, fee: fee)
        }
        try ledger.open(
            id, direction: fill.side == .buy ? .long : .short, quantity: opened, price: fill.price, fee: fee,
            fill: fill, tag: order.tag)
        if let index = ledger.lotIndex(id) { protect(lotAt: index, order.protection, &actions) }
    }

    private mutating func close(
        lotAt index: Int, _ rest: inout Quantity, _ fee: inout Money, _ fill: Fill, _ order: Order,
        _ actions: inout [TradingAction]
    ) throws(FixedDecimal.Failure) {
        let part = min(rest, ledger.lots[index].quantity)
        let left = ledger.lots[index].quantity - part
        let isDust = left.value.isPositive && order.filledQuantity >= order.quantity && isDust(left)
        // The last piece bears what is left of the fee, so the pieces' fees are the fill's.
        let share =
            part == rest
            ? fee : Money(try fee.value.scaled(by: part.value, over: rest.value, rounding: .nearest))
        let piece = try ledger.close(
            lotAt: index, quantity: part, price: fill.price, fee: share, writesOffRest: isDust)
        rest -= part
        fee -= share
        if isDust { noteDust(left, order.id, &actions) }
        let end = TradeEnd(
            time: fill.time, index: fill.index, price: fill.price, reason: Self.reason(order), order: order.id,
            isAmbiguous: fill.isAmbiguous)
        record(piece, end, &actions)
    }

    /// The lot that a sale's fee in base is taken from: the youngest that has more than that left once all of the order
    /// is sold, so that what the order has yet to sell stays there for it. Nil: none has.
    private func payerInBase(of fill: Fill, _ order: Order) -> LotID? {
        guard fill.baseFee.value.isPositive, fill.side == .sell, ledger.direction == .long else { return nil }
        // An order that is over sells no more.
        let open = orderIndex(order.id) == nil ? .zero : max(.zero, order.quantity - order.filledQuantity)
        var rest = fill.quantity + open
        var left = ledger.lots.map(\.quantity)
        // As `apply` closes: the order's own lot first, then the oldest.
        let own = order.lot.flatMap { ledger.lotIndex($0) }
        for index in (own.map { [$0] } ?? []) + Array(left.indices) {
            let part = min(rest, left[index])
            left[index] -= part
            rest -= part
        }
        return left.lastIndex { $0 > fill.baseFee }.map { ledger.lots[$0].id }
    }

    /// A fee in base that no lot pays was paid with something else, and counts at the fill's price.
    private func feeFromElsewhere(_ fill: Fill) throws(FixedDecimal.Failure) -> Money {
        guard fill.baseFee.value.isPositive, fill.side == .sell else { return .zero }
        return try fill.price.notional(of: fill.baseFee, rounding: .up)
    }

    private mutating func pay(
        _ fee: Quantity, from id: LotID, _ order: OrderID, _ actions: inout [TradingAction]
    ) throws(FixedDecimal.Failure) {
        // One that was written off as dust in the meantime has paid it with that.
        guard let index = ledger.lotIndex(id), ledger.lots[index].quantity > fee else { return }
        let lot = ledger.lots[index]
        try ledger.payInBase(fee, lotAt: index)
        guard tradable(ledger.lots[index].quantity) < tradable(lot.quantity) else { return }
        follow(lot.stopOrder, except: order, index, &actions)
        follow(lot.targetOrder, except: order, index, &actions)
    }

    /// Writes down the end of a lot, or of a part of it, and adapts what protects it.
    mutating func record(_ piece: Ledger.ClosedPiece, _ end: TradeEnd, _ actions: inout [TradingAction]) {
        if settings.risk.maximumDailyLoss != nil {
            let day = Self.day(of: end.time)
            if day != lossDay { (lossDay, realisedToday) = (day, .zero) }
            realisedToday += piece.profit
        }
        actions.append(.notify(.positionClosed(trade(piece, end))))
        closedTradeCount += 1
        let survivor = ledger.lotIndex(piece.lot.id)
        follow(piece.lot.stopOrder, except: end.order, survivor, &actions)
        follow(piece.lot.targetOrder, except: end.order, survivor, &actions)
    }

    /// Adapts an order that protects a lot to what was closed of it: smaller with the lot, gone with it.
    private mutating func follow(
        _ id: OrderID?, except filled: OrderID, _ survivor: Int?, _ actions: inout [TradingAction]
    ) {
        guard let id, id != filled else { return }
        guard let survivor, tradable(ledger.lots[survivor].quantity).value.isPositive else {
            // A lot that is less than a step lives on until something sells it with others, unprotected.
            if let survivor { forget(id, ofLotAt: survivor) }
            return cancel(id, into: &actions)
        }
        resize(id, to: ledger.lots[survivor].quantity, &actions)
    }

    private func trade(_ piece: Ledger.ClosedPiece, _ end: TradeEnd) -> ClosedTrade {
        let lot = piece.lot
        let entry = lot.entryPrice.value.double
        let exit = end.price.value.double
        let highest = max(lot.highest, exit)
        let lowest = min(lot.lowest, exit)
        let rise = max(0, (highest - entry) / entry * 100)
        let drop = max(0, (entry - lowest) / entry * 100)
        let isLong = lot.direction == .long
        let value = piece.entryValue.value.double
        return ClosedTrade(
            id: closedTradeCount + 1, direction: lot.direction, quantity: piece.quantity, entryTime: lot.entryTime,
            entryPrice: lot.entryPrice, exitTime: end.time, exitPrice: end.price, fees: piece.fees,
            profit: piece.profit, profitPct: value > 0 ? piece.profit.value.double / value * 100 : 0,
            bars: end.index - lot.entryIndex, reason: end.reason, maePct: isLong ? drop : rise,
            mfePct: isLong ? rise : drop, entryReason: lot.tag, entryIndex: lot.entryIndex, exitIndex: end.index,
            entryOrder: lot.id.order, exitOrder: end.order, isAmbiguous: end.isAmbiguous, remaining: ledger.quantity)
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
