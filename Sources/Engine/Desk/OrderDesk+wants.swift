import Broker
import Market
import Trading

/// What the core's open orders come to at a venue where only what is held can be sold, and only once.
///
/// What is held is given out in this order: to what goes now (exits, market orders, levels that were touched), to the
/// stops and targets of the lots, youngest lot first (a sale closes the oldest), then to the script's own limits. A lot
/// that gets nothing has its protection taken from the venue until the sale is over.
extension OrderDesk {
    func wants(of core: TradingCore, _ terms: StrategyTerms, _ now: Timestamp) -> DeskWants {
        var wants = DeskWants()
        var room = core.ledger.quantity
        wantWhatGoesNow(core, terms, &room, &wants)
        for order in core.orders where isOpening(order, core) {
            wants.list.append(
                DeskWant(
                    id: order.id, side: order.side, quantity: order.quantity - order.filledQuantity,
                    instruction: order.limitPrice.map { .limit($0, .goodTillCancelled) } ?? .market, reduces: false))
        }
        var protection: [[DeskWant]] = []
        for lot in core.ledger.lots.reversed() {
            var own = DeskWants()
            wantProtection(of: lot, core, terms, now, &room, &own)
            protection.append(own.list)
        }
        // Sent oldest lot first: of two at one price the older one's comes first, as in a backtest.
        wants.list += protection.reversed().joined()
        wantLimits(core, terms, now, &room, &wants)
        return wants
    }

    /// Whether the order opens or adds, as far as it is known before it fills.
    private func isOpening(_ order: Order, _ core: TradingCore) -> Bool {
        order.role == .decided && order.state != .cancelInFlight && !order.reduceOnly
            && !(order.limitPrice == nil && order.side == core.ledger.direction?.exitSide)
    }

    private func goesNow(_ order: Order, _ core: TradingCore) -> Bool {
        guard order.state != .cancelInFlight else { return false }
        switch order.role {
        case .exit: return true
        case .stop, .target: return notes[order.id]?.isDue == true
        case .decided:
            if order.limitPrice != nil { return order.reduceOnly && notes[order.id]?.isDue == true }
            return order.reduceOnly || order.side == core.ledger.direction?.exitSide
        }
    }

    private func wantWhatGoesNow(
        _ core: TradingCore, _ terms: StrategyTerms, _ room: inout Quantity, _ wants: inout DeskWants
    ) {
        for order in core.orders where goesNow(order, core) {
            let left = order.quantity - order.filledQuantity
            let isExit = order.side == core.ledger.direction?.exitSide
            let part = order.reduceOnly ? (isExit ? min(left, tradable(room, terms)) : .zero) : left
            guard part.value.isPositive else {
                // A limit that was touched waits for the next position, as it does in a backtest.
                if core.ledger.isFlat, order.limitPrice == nil || order.role == .target, !mayOpen(core) {
                    wants.unservable.append(order.id)
                }
                continue
            }
            if isExit { room -= min(part, room) }
            let instruction: OrderInstruction =
                if order.role == .decided, let limit = order.limitPrice { .limit(limit, .immediateOrCancel) } else {
                    .market
                }
            // What is held back of it stays promised to it.
            let quantity = isExit && instruction == .market ? atMarket(part, terms) : part
            wants.list.append(
                DeskWant(
                    id: order.id, side: order.side, quantity: quantity, instruction: instruction, reduces: isExit))
        }
    }

    /// Whether something under way may yet open a position; asked when there is none.
    private func mayOpen(_ core: TradingCore) -> Bool {
        core.orders.contains { isOpening($0, core) }
            || known.contains { order in !core.orders.contains { $0.id == order.coreID && $0.reduceOnly } }
    }

    // MARK: Protection

    private func wantProtection(
        of lot: Lot, _ core: TradingCore, _ terms: StrategyTerms, _ now: Timestamp, _ room: inout Quantity,
        _ wants: inout DeskWants
    ) {
        // A target that could not be sold when it was reached makes room for the stop until it is tried again.
        let orders = core.orders.filter { order in
            order.lot == lot.id && order.state != .cancelInFlight && !(order.role == .target && isPaused(order, now))
        }
        let quantity = tradable(lot.quantity, terms)
        // Where one level was touched, its order goes alone.
        guard !orders.isEmpty, quantity.value.isPositive, quantity <= room,
            !orders.contains(where: { notes[$0.id]?.isDue == true })
        else { return }
        room -= quantity
        let stop = orders.first { $0.role == .stop }
        let target = orders.first { $0.role == .target }
        switch (stop, target) {
        case (let stop?, let target?):
            let canStop = canRest(stop, quantity, terms)
            if canStop, terms.venue.hasOrderPairs, canRest(target, quantity, terms),
                refusals(stop) + refusals(target) == 0
            {
                wants.list.append(resting(stop, quantity, partner: target.id))
                wants.list.append(resting(target, quantity, partner: stop.id))
            } else {
                // The stop is what must not be missed.
                wants.list.append(canStop ? resting(stop, quantity) : watched(stop, quantity, lot, terms, atOnce: true))
                wants.list.append(watched(target, quantity, lot, terms, atOnce: !canStop))
            }
        case (let order?, nil), (nil, let order?):
            wants.list.append(
                canRest(order, quantity, terms)
                    ? resting(order, quantity) : watched(order, quantity, lot, terms, atOnce: true))
        case (nil, nil):
            room += quantity
        }
    }

    private func isPaused(_ order: Order, _ now: Timestamp) -> Bool {
        notes[order.id]?.notBefore.map { $0 > now } == true
    }

    private func refusals(_ order: Order) -> Int { notes[order.id]?.refusals ?? 0 }

    private func canRest(_ order: Order, _ quantity: Quantity, _ terms: StrategyTerms) -> Bool {
        guard let price = order.stopPrice ?? order.limitPrice,
            terms.venue.orderKinds.contains(order.stopPrice == nil ? .limit : .stop)
        else { return false }
        return refusals(order) < 2 && terms.settings.rules.refusal(of: quantity, at: price) == nil
    }

    private func resting(_ order: Order, _ quantity: Quantity, partner: OrderID? = nil) -> DeskWant {
        let instruction: OrderInstruction =
            switch order.kind {
            case .stop(let price): .stop(trigger: price, limit: nil)
            case .limit(let price): .limit(price, .goodTillCancelled)
            case .market: .market
            }
        return DeskWant(
            id: order.id, side: order.side, quantity: quantity, instruction: instruction, partner: partner,
            reduces: true, isTarget: order.role == .target)
    }

    private func watched(
        _ order: Order, _ quantity: Quantity, _ lot: Lot, _ terms: StrategyTerms, atOnce: Bool
    ) -> DeskWant {
        let level = order.stopPrice ?? order.limitPrice ?? Price(.zero)
        // A stop that sells and a limit that buys wait below the price.
        let isBelow = (order.side == .sell) == (order.stopPrice != nil)
        return DeskWant(
            id: order.id, side: order.side, quantity: atMarket(quantity, terms), instruction: .market,
            watch: DeskOrder.Watch(level: level, isBelow: isBelow, sendsAtOnce: atOnce, group: lot.id.order.number),
            reduces: true)
    }

    // MARK: Limits that reduce

    private func wantLimits(
        _ core: TradingCore, _ terms: StrategyTerms, _ now: Timestamp, _ room: inout Quantity,
        _ wants: inout DeskWants
    ) {
        guard let exitSide = core.ledger.direction?.exitSide else { return }
        for order in core.orders
        where order.role == .decided && order.reduceOnly && order.side == exitSide && order.state != .cancelInFlight {
            guard let limit = order.limitPrice, notes[order.id]?.isDue != true else { continue }
            let left = order.quantity - order.filledQuantity
            if left <= room {
                room -= left
                wants.list.append(resting(order, left))
                continue
            }
            let part = min(left, tradable(core.ledger.quantity, terms))
            // After an attempt that brought nothing its touches are not looked at for a while.
            guard part.value.isPositive, !isPaused(order, now) else { continue }
            wants.list.append(
                DeskWant(
                    id: order.id, side: order.side, quantity: part, instruction: .limit(limit, .immediateOrCancel),
                    watch: DeskOrder.Watch(
                        level: limit, isBelow: order.side == .buy, sendsAtOnce: false, group: order.id.number),
                    reduces: true))
        }
    }

    /// What one market order takes of it; the rest goes with the next one, as a position can always be left.
    private func atMarket(_ quantity: Quantity, _ terms: StrategyTerms) -> Quantity {
        guard let most = terms.venue.maximumMarketQuantity, quantity > most else { return quantity }
        let part = tradable(most, terms)
        return part.value.isPositive ? part : quantity
    }

    func tradable(_ quantity: Quantity, _ terms: StrategyTerms) -> Quantity {
        quantity.rounded(toStep: terms.settings.rules.quantityStep, rounding: .down)
    }
}
