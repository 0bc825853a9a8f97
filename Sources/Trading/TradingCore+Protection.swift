import Market
import Wording

/// Stops and targets of the open lots: attached, resized, moved, taken away.
extension TradingCore {
    /// Gives the lot its stop and target, or adapts their quantity when the entry fills further.
    mutating func protect(lotAt index: Int, _ protection: Protection, _ actions: inout [TradingAction]) {
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
        let lot = ledger.lots[index]
        let quantity = tradable(lot.quantity)
        // Less than a step, so far: an entry that fills further comes here again.
        guard quantity.value.isPositive else { return }
        let id = nextOrderID
        nextOrderID = OrderID(id.number + 1)
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
                kind: role == .stop ? .stop(price) : .limit(price), quantity: quantity, role: role,
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

    mutating func forget(_ id: OrderID, ofLotAt index: Int) {
        ledger.update(lotAt: index) { lot in
            if lot.stopOrder == id {
                lot.stopOrder = nil
                lot.stop = nil
            }
            if lot.targetOrder == id {
                lot.targetOrder = nil
                lot.target = nil
            }
        }
    }

    mutating func resize(_ id: OrderID, to quantity: Quantity, _ actions: inout [TradingAction]) {
        guard let index = orderIndex(id) else { return }
        orders[index].quantity = tradable(quantity) + orders[index].filledQuantity
        orders[index].revision += 1
        orderChanged(at: index)
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
        orderChanged(at: at)
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
