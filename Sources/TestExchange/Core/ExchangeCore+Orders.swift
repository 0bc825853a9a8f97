import Market

/// Placing single orders.
extension ExchangeCore {
    /// Places an order and answers what it met at once.
    public func place(
        _ order: NewOrder, account id: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) -> PlacedOrder {
        move(to: now)
        let account = try tradingAccount(id)
        let (market, terms) = try admit(order, account)
        let lock = try fundsNeeded(terms, market, account)
        try checkFunds(lock, terms, market, account)
        let live = accept(terms, market, account, status: .new)
        setAside(lock, for: live, market)
        report(live, .new)
        begin(live, market)
        runTriggers(market)
        flush(market)
        return answer(live)
    }

    /// Looks at an order as `place` does, without placing it.
    public func check(_ order: NewOrder, account id: AccountID, now: Timestamp) throws(ExchangeRefusal) {
        move(to: now)
        let account = try tradingAccount(id)
        let (market, terms) = try admit(order, account)
        let lock = try fundsNeeded(terms, market, account)
        try checkFunds(lock, terms, market, account)
    }

    func tradingAccount(_ id: AccountID) throws(ExchangeRefusal) -> AccountRecord {
        let account = try account(id)
        guard account.settings.canTrade else { throw .noTrading }
        return account
    }

    /// Everything that can be said against an order but its funds.
    private func admit(
        _ order: NewOrder, _ account: AccountRecord
    ) throws(ExchangeRefusal) -> (MarketRecord, OrderTerms) {
        let market = try record(order.market)
        let terms = try OrderTerms(order, market.definition)
        guard isOpen(market) else { throw .marketClosed }
        let context = context(market, account, newAlgoOrders: order.kind.isConditional ? 1 : 0)
        try FilterCheck(market: market.definition, exchange: settings.filters).check(terms, context)
        try checkSize(terms, market)
        try checkAgainstMarket(terms, market)
        if let client = order.clientOrderID, account.openByClientID[market.id]?[client] != nil {
            throw .duplicateOrder
        }
        return (market, terms)
    }

    /// What the filters look at for so many new orders; what no filter of theirs asks for is not counted.
    func context(
        _ market: MarketRecord, _ account: AccountRecord, newOrders: Int = 1, newAlgoOrders: Int = 0,
        newLists: Int = 0
    ) -> FilterContext {
        var context = FilterContext(
            last: market.last, average: market.averagePrice(at: now), newOrders: newOrders,
            newAlgoOrders: newAlgoOrders, newLists: newLists)
        context.openOrders = account.openByClientID[market.id]?.count ?? 0
        for orders in account.openByClientID.values { context.allOrders += orders.count }
        if newAlgoOrders > 0 {
            for (id, orders) in account.openByClientID {
                let waiting = orders.values.count { $0.state.kind.isConditional && !$0.state.isWorking }
                context.allAlgoOrders += waiting
                if id == market.id { context.openAlgoOrders = waiting }
            }
        }
        if newLists > 0 {
            context.allLists = account.openLists.count
            context.openLists = account.openLists.values.count { $0.state.market == market.id }
        }
        if market.definition.boundsPosition {
            context.position = account.balance(market.definition.base).total
            for order in account.openOrders(market.id) where order.state.side == .buy {
                context.position += order.state.remainingQuantity
            }
        }
        return context
    }

    /// An order worth more than `MarketRecord.mostValue` is refused even where no filter bounds it: the sums over many
    /// orders stay far from the end of the numbers.
    func checkSize(_ terms: OrderTerms, _ market: MarketRecord) throws(ExchangeRefusal) {
        let price = max(terms.limit ?? 0, terms.stop ?? 0, market.last)
        guard terms.lots <= market.mostLots(at: price), (terms.quoteQuantity ?? .zero) <= MarketRecord.mostValue else {
            throw .filter("NOTIONAL")
        }
    }

    /// What the last price and the book say against an order.
    func checkAgainstMarket(_ terms: OrderTerms, _ market: MarketRecord) throws(ExchangeRefusal) {
        let order = terms.order
        if let limit = terms.limit, market.value(Int128(limit) * Int128(terms.lots), rounding: .down).isZero {
            throw .zeroValue
        }
        if order.kind == .limitMaker, let limit = terms.limit, market.book.crosses(order.side, limit: limit) {
            throw .wouldTake
        }
        // A trailing order may begin to follow at once.
        if let stop = terms.stop, order.trailingDelta == nil {
            let isAbove = TriggerBook.triggersAbove(order.kind, order.side)
            guard isAbove ? stop > market.last : stop < market.last else { throw .wouldTrigger }
        }
        if terms.quoteQuantity != nil, order.side == .buy ? market.book.bestAsk == nil : market.book.bestBid == nil {
            throw .rejected("Order book liquidity is less than symbol minimum quantity.")
        }
    }

    /// What an order sets aside: quote for a buyer, base for a seller.
    func fundsNeeded(
        _ terms: OrderTerms, _ market: MarketRecord, _ account: AccountRecord
    ) throws(ExchangeRefusal) -> FixedDecimal {
        let order = terms.order
        if let quote = terms.quoteQuantity {
            guard order.side == .sell else { return quote }
            let taker = BookTaker(
                side: .sell, owner: account.number, limit: nil, quantity: OrderTerms.mostUnits,
                budget: market.budget(quote), prevention: terms.prevention.byQuote)
            return market.quantity(market.book.available(taker).quantity)
        }
        guard order.side == .buy else { return market.quantity(terms.lots) }
        if let limit = terms.limit {
            return market.value(Int128(limit) * Int128(terms.lots), rounding: .up)
        }
        if order.kind.isConditional {
            // What it will cost is known when it triggers; until then its own price stands for it.
            return market.value(Int128(terms.stop ?? market.last) * Int128(terms.lots), rounding: .up)
        }
        let taker = BookTaker(
            side: .buy, owner: account.number, limit: nil, quantity: terms.lots, prevention: terms.prevention)
        return market.value(market.book.available(taker).cost, rounding: .up)
    }

    func checkFunds(
        _ lock: FixedDecimal, _ terms: OrderTerms, _ market: MarketRecord, _ account: AccountRecord
    ) throws(ExchangeRefusal) {
        let asset = terms.order.side == .buy ? market.definition.quote : market.definition.base
        guard account.balance(asset).free >= lock else { throw .insufficientBalance }
    }

    /// Gives an order its number and writes it down.
    func accept(
        _ terms: OrderTerms, _ market: MarketRecord, _ account: AccountRecord, status: OrderStatus,
        list: OrderListID? = nil
    ) -> LiveOrder {
        let order = terms.order
        var state = ExchangeOrder(
            id: market.takeOrderID(), market: market.id, account: account.id, listID: list,
            clientOrderID: order.clientOrderID ?? makeClientOrderID(), side: order.side, kind: order.kind,
            timeInForce: terms.timeInForce, price: order.price ?? .zero, quantity: order.quantity ?? .zero,
            status: status, time: now, updateTime: now, selfTradePrevention: terms.prevention)
        state.quoteOrderQuantity = order.quoteQuantity ?? .zero
        state.stopPrice = order.stopPrice ?? .zero
        state.trailingDelta = order.trailingDelta
        state.strategyID = order.strategyID
        state.strategyType = order.strategyType
        if status == .new, !order.kind.isConditional { state.workingTime = now }
        let live = LiveOrder(
            state, owner: account, limitTicks: terms.limit, stopTicks: terms.stop, lots: terms.lots)
        account.knows(live)
        return live
    }

    /// Lets an accepted order wait for its trigger, or go to work.
    func begin(_ order: LiveOrder, _ market: MarketRecord) {
        if order.state.kind.isConditional {
            market.triggers.add(order, last: market.last, at: now)
        } else {
            work(order, market)
        }
    }

    func answer(_ order: LiveOrder) -> PlacedOrder {
        defer {
            order.fills = []
            order.preventedMatches = []
        }
        return PlacedOrder(
            order: order.state, fills: order.fills, preventedMatches: order.preventedMatches, transactTime: now)
    }
}
