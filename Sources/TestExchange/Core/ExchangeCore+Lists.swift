import Market

/// Order lists: one cancels the other, one triggers the other, one triggers a pair.
extension ExchangeCore {
    public func placeList(
        _ request: NewOrderList, clientOrderID: String? = nil, account id: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) -> PlacedOrderList {
        move(to: now)
        let account = try tradingAccount(id)
        let plan = try ListPlan(request)
        let market = try record(plan.orders[0].market)
        guard plan.isPair ? market.definition.allowsOCO : market.definition.allowsOTO else {
            throw .unsupported("\(plan.isPair ? "OCO" : "OTO") orders are not supported for this symbol")
        }
        guard isOpen(market) else { throw .marketClosed }
        let terms = try admit(plan, account, market)
        if let clientOrderID {
            guard OrderTerms.isClientOrderID(clientOrderID) else {
                throw .illegalClientOrderID("listClientOrderId")
            }
            let isOpen = account.openLists.values.contains { $0.state.clientOrderID == clientOrderID }
            guard !isOpen else { throw .duplicateOrder }
        }
        let lock = try fundsNeeded(plan, terms, market, account)
        try checkFunds(lock, terms[0], market, account)
        let list = write(plan, terms, clientOrderID, market, account)
        start(list, lock, market)
        runTriggers(market)
        flush(market)
        return PlacedOrderList(list: list.state, orders: list.orders.map(\.state), transactTime: self.now)
    }

    private func admit(
        _ plan: ListPlan, _ account: AccountRecord, _ market: MarketRecord
    ) throws(ExchangeRefusal) -> [OrderTerms] {
        let context = context(
            market, account, newOrders: plan.orders.count,
            newAlgoOrders: plan.orders.count { $0.kind.isConditional }, newLists: 1)
        let check = FilterCheck(market: market.definition, exchange: settings.filters)
        var all: [OrderTerms] = []
        var names: Set<String> = []
        for order in plan.orders {
            let terms = try OrderTerms(order, market.definition)
            try check.check(terms, context)
            try checkSize(terms, market)
            if let client = order.clientOrderID {
                let isNew = names.insert(client).inserted
                guard isNew, account.openByClientID[market.id]?[client] == nil else { throw .duplicateOrder }
            }
            all.append(terms)
        }
        if plan.isPair {
            try plan.checkPrices(above: all[0], below: all[1], last: market.last)
            for terms in all where terms.order.kind == .limitMaker { try checkAgainstMarket(terms, market) }
        } else {
            try checkAgainstMarket(all[0], market)
        }
        return all
    }

    private func fundsNeeded(
        _ plan: ListPlan, _ terms: [OrderTerms], _ market: MarketRecord, _ account: AccountRecord
    ) throws(ExchangeRefusal) -> FixedDecimal {
        let first = try fundsNeeded(terms[0], market, account)
        return plan.isPair ? max(first, try fundsNeeded(terms[1], market, account)) : first
    }

    private func write(
        _ plan: ListPlan, _ terms: [OrderTerms], _ clientOrderID: String?, _ market: MarketRecord,
        _ account: AccountRecord
    ) -> ListRecord {
        let id = takeListID()
        let orders = terms.enumerated().map { place, terms in
            accept(terms, market, account, status: plan.isPair || place == 0 ? .new : .pendingNew, list: id)
        }
        let state = OrderListState(
            id: id, market: market.id, account: account.id,
            contingency: plan.isPair ? .oneCancelsOther : .oneTriggersOther,
            clientOrderID: clientOrderID ?? makeClientOrderID(), progress: .started, status: .executing,
            members: orders.map { .init(orderID: $0.state.id, clientOrderID: $0.state.clientOrderID) }, time: now,
            updateTime: now)
        let list = ListRecord(state, orders: orders, phase: plan.isPair ? .pair : .working)
        for order in orders { order.list = list }
        account.knows(list)
        return list
    }

    private func start(_ list: ListRecord, _ lock: FixedDecimal, _ market: MarketRecord) {
        emit(.listStatus(list.state))
        let first = list.orders[0]
        if list.phase == .pair {
            move(lock, givenAsset(first, market), first.owner)
            list.lock = lock
        } else {
            setAside(lock, for: first, market)
        }
        for order in list.orders { report(order, .new) }
        if list.phase == .pair {
            for order in list.orders { beginLeg(order, market) }
        } else {
            begin(first, market)
        }
    }

    /// A leg of a pair waits, or comes to rest without taking: its funds are its list's.
    private func beginLeg(_ order: LiveOrder, _ market: MarketRecord) {
        if order.state.kind.isConditional {
            market.triggers.add(order, last: market.last, at: now)
        } else if let price = order.limitTicks {
            order.state.workingTime = now
            order.isResting = true
            market.resting[order.state.id.rawValue] = order
            market.book.add(
                id: order.state.id.rawValue, owner: order.owner.number, side: order.state.side, price: price,
                quantity: order.openLots)
        }
    }

    /// One leg of a pair trades or is triggered: the funds become its own, the other leg expires.
    func decide(_ list: ListRecord, for winner: LiveOrder, _ market: MarketRecord) {
        list.phase = .decided
        let asset = givenAsset(winner, market)
        let own = min(restingLock(winner, market), list.lock)
        move(own - list.lock, asset, winner.owner)
        list.lock = .zero
        winner.lock = own
        for other in list.pair where other !== winner {
            end(other, market, .expired, .expired, reason: .ocoTrigger)
        }
    }

    /// Gives back what a pair has set aside.
    func release(_ list: ListRecord, _ market: MarketRecord) {
        guard !list.lock.isZero, let order = list.orders.last else { return }
        move(-list.lock, givenAsset(order, market), order.owner)
        list.lock = .zero
    }

    /// Goes on with a list after one of its orders has ended.
    func memberEnded(_ order: LiveOrder, _ market: MarketRecord) {
        guard let list = order.list else { return }
        switch list.phase {
        case .working where order === list.orders[0]:
            if order.state.status == .filled {
                activations.append(list)
            } else {
                list.phase = .decided
                for pending in list.orders.dropFirst() {
                    end(pending, market, .expired, .expired, reason: .otoPhaseOneExpired)
                }
            }
        // What ends the leg of a pair has decided the pair before.
        case .pair, .working, .decided: break
        }
        guard list.orders.allSatisfy({ !$0.state.status.isOpen }), list.state.status == .executing else { return }
        list.state.status = .done
        list.state.progress = .done
        list.state.updateTime = now
        order.owner.closed(list)
        emit(.listStatus(list.state))
    }

    /// The working order of a list is filled: its pending orders are placed, or rejected for want of funds.
    func activate(_ list: ListRecord, _ market: MarketRecord) {
        let pending = Array(list.orders.dropFirst().filter { $0.state.status == .pendingNew })
        guard list.phase == .working, let first = pending.first else { return }
        list.phase = pending.count == 2 ? .pair : .decided
        let taking = pending.contains { order in
            order.state.kind == .limitMaker
                && (order.limitTicks.map { market.book.crosses(order.state.side, limit: $0) } ?? false)
        }
        let lock = pending.map { pendingLock($0, market) }.max() ?? .zero
        let asset = givenAsset(first, market)
        guard !taking, first.owner.balance(asset).free >= lock else {
            list.phase = .decided
            for order in pending {
                end(
                    order, market, .rejected, .rejected, reason: .rejected,
                    rejectReason: taking ? "WOULD_MATCH_IMMEDIATELY" : "INSUFFICIENT_BALANCE")
            }
            return
        }
        if list.phase == .pair {
            move(lock, asset, first.owner)
            list.lock = lock
        } else {
            setAside(lock, for: first, market)
        }
        for order in pending {
            order.state.status = .new
            order.state.updateTime = now
            if !order.state.kind.isConditional { order.state.workingTime = now }
            report(order, .new)
        }
        if list.phase == .pair {
            for order in pending { beginLeg(order, market) }
        } else {
            begin(first, market)
        }
    }

    /// What a pending order needs when it is placed.
    private func pendingLock(_ order: LiveOrder, _ market: MarketRecord) -> FixedDecimal {
        guard order.state.kind == .market, order.state.side == .buy else {
            let price = order.limitTicks ?? order.stopTicks ?? market.last
            return order.state.side == .sell
                ? market.quantity(order.openLots)
                : market.value(Int128(price) * Int128(order.openLots), rounding: .up)
        }
        let taker = BookTaker(
            side: .buy, owner: order.owner.number, limit: nil, quantity: order.openLots,
            prevention: order.state.selfTradePrevention)
        return market.value(market.book.available(taker).cost, rounding: .up)
    }
}
