import Market
import Wording

/// Booking fills: lots, trades, stops and targets.
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
            tell(orders[index], &actions)
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

    // MARK: Stops and targets

    /// Gives the lot its stop and target, or adapts their quantity when the entry fills further.
    private mutating func protect(lotAt index: Int, _ protection: Protection, _ actions: inout [TradingAction]) {
        protect(lotAt: index, .stop, protection.stop, ledger.lots[index].stopOrder, &actions)
        protect(lotAt: index, .target, protection.target, ledger.lots[index].targetOrder, &actions)
    }

    private mutating func protect(
        lotAt index: Int, _ role: OrderRole, _ level: ProtectionLevel?, _ id: OrderID?,
        _ actions: inout [TradingAction]
    ) {
        if let id { return resize(id, to: ledger.lots[index].quantity, &actions) }
        guard let level else { return }
        guard let price = price(level, role, ledger.lots[index]), price.value.isPositive else {
            return note(
                .skipped, ledger.lots[index].id.order,
                Message(
                    "the \(role.rawValue) has no price above 0",
                    fr: "le niveau \(role.rawValue) n'a pas de prix supérieur à 0"), &actions)
        }
        attach(role, at: price, toLotAt: index, &actions)
    }

    private func price(_ level: ProtectionLevel, _ role: OrderRole, _ lot: Lot) -> Price? {
        let rounding = protectionRounding(role, lot.direction)
        switch level {
        case .price(let price): return self.level(price, rounding)
        case .distance(let distance):
            guard let fraction = FixedDecimal(distance, rounding: .nearest) else { return nil }
            let isBelow = (role == .stop) == (lot.direction == .long)
            do {
                let exact = try lot.entryPrice.raised(by: isBelow ? -fraction : fraction, rounding: .nearest)
                return settings.rules.priceTick.map { exact.rounded(toTick: $0, rounding: rounding) } ?? exact
            } catch {
                return nil
            }
        }
    }

    /// A stop is rounded away from the price, a target too: both are reached later rather than sooner.
    private func protectionRounding(_ role: OrderRole, _ direction: Direction) -> FixedDecimal.Rounding {
        (role == .stop) == (direction == .long) ? .down : .up
    }

    /// A price of the strategy as an exact one on the symbol's tick.
    func level(_ price: Double, _ rounding: FixedDecimal.Rounding) -> Price? {
        guard let exact = Price(price, rounding: rounding) else { return nil }
        return settings.rules.priceTick.map { exact.rounded(toTick: $0, rounding: rounding) } ?? exact
    }

    private mutating func attach(
        _ role: OrderRole, at price: Price, toLotAt index: Int, _ actions: inout [TradingAction]
    ) {
        let id = nextOrderID
        nextOrderID = OrderID(id.number + 1)
        let lot = ledger.lots[index]
        ledger.update(lotAt: index) { lot in
            if role == .stop {
                lot.stop = price
                lot.stopOrder = id
            } else {
                lot.target = price
                lot.targetOrder = id
            }
        }
        send(
            Order(
                id: id, prefix: settings.orderPrefix, symbol: settings.symbol, side: lot.direction.exitSide,
                kind: role == .stop ? .stop(price) : .limit(price), quantity: lot.quantity, role: role,
                reduceOnly: true, lot: lot.id, tag: lot.tag, createdAt: now),
            &actions)
    }

    /// Takes the stop or target away. The lot forgets it at once, so that a new one may be attached before the broker
    /// has answered the cancel.
    private mutating func detach(_ role: OrderRole, fromLotAt index: Int, _ actions: inout [TradingAction]) {
        let id = role == .stop ? ledger.lots[index].stopOrder : ledger.lots[index].targetOrder
        ledger.update(lotAt: index) { lot in
            if role == .stop {
                lot.stop = nil
                lot.stopOrder = nil
            } else {
                lot.target = nil
                lot.targetOrder = nil
            }
        }
        if let id { cancel(id, into: &actions) }
    }

    private mutating func resize(_ id: OrderID, to quantity: Quantity, _ actions: inout [TradingAction]) {
        guard let index = orderIndex(id) else { return }
        orders[index].quantity = quantity + orders[index].filledQuantity
        orders[index].revision += 1
        ordersChanged(orders[index])
        actions.append(.amend(orders[index]))
    }

    /// Moves the stop or target of every open lot; nil takes it away.
    mutating func move(_ role: OrderRole, to level: Double?, _ actions: inout [TradingAction]) {
        guard let direction = ledger.direction else {
            return note(
                .skipped, nil,
                Message(
                    "there is no position whose \(role.rawValue) could be moved",
                    fr: "aucune position dont le niveau \(role.rawValue) puisse être déplacé"), &actions)
        }
        guard let level else {
            for index in ledger.lots.indices { detach(role, fromLotAt: index, &actions) }
            refreshPosition()
            return
        }
        guard let price = self.level(level, protectionRounding(role, direction)), price.value.isPositive else {
            return note(
                .skipped, nil,
                Message(
                    "\(role.rawValue) price \(level): expected a price above 0",
                    fr: "prix de \(role.rawValue) \(level) : attendu un prix supérieur à 0"), &actions)
        }
        for index in ledger.lots.indices { move(role, ofLotAt: index, to: price, &actions) }
        refreshPosition()
    }

    private mutating func move(
        _ role: OrderRole, ofLotAt index: Int, to price: Price, _ actions: inout [TradingAction]
    ) {
        let lot = ledger.lots[index]
        guard let id = role == .stop ? lot.stopOrder : lot.targetOrder, let at = orderIndex(id) else {
            return attach(role, at: price, toLotAt: index, &actions)
        }
        if (role == .stop ? lot.stop : lot.target) == price { return }
        ledger.update(lotAt: index) { lot in
            if role == .stop { lot.stop = price } else { lot.target = price }
        }
        orders[at].kind = role == .stop ? .stop(price) : .limit(price)
        orders[at].revision += 1
        ordersChanged(orders[at])
        actions.append(.amend(orders[at]))
    }

    // MARK: View

    /// Makes the strategy's view of the position again from the lots.
    mutating func refreshPosition() {
        guard let direction = ledger.direction else {
            positionAtFill = nil
            return
        }
        var value = 0.0
        var stop: Price?
        var target: Price?
        let isLong = direction == .long
        for index in ledger.lots.indices {
            value += ledger.lots[index].entryPrice.value.double * ledger.lots[index].quantity.value.double
            if let level = ledger.lots[index].stop {
                stop = stop.map { isLong ? max($0, level) : min($0, level) } ?? level
            }
            if let level = ledger.lots[index].target {
                target = target.map { isLong ? min($0, level) : max($0, level) } ?? level
            }
        }
        let quantity = abs(ledger.signedQuantity)
        entryIndex = ledger.lots[0].entryIndex
        positionAtFill = PositionView(
            direction: direction, quantity: quantity,
            entry: ledger.lots.count == 1 ? ledger.lots[0].entryPrice.value.double : value / quantity,
            stop: stop?.value.double, target: target?.value.double)
    }
}
