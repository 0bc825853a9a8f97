import Market

/// Orders that trade: meeting the book, coming to rest, ending.
extension ExchangeCore {
    /// An order comes to work: it meets the book, and what is left rests or expires.
    func work(_ order: LiveOrder, _ market: MarketRecord) {
        order.state.workingTime = now
        let taker = taker(order, market)
        if order.state.timeInForce == .fillOrKill, market.book.available(taker).quantity < taker.quantity {
            end(order, market, .expired, .expired, reason: .unfilledFOK)
            return
        }
        cutLiquidity(for: order, taker, market)
        let outcome = market.book.match(taker)
        let matches = market.book.matches
        let isSpent =
            outcome.budgetIsSpent || outcome.budget == 0
            || outcome.remaining == 0 && (taker.side == .buy ? market.book.bestAsk : market.book.bestBid) != nil
        for (place, match) in matches.enumerated() {
            // The last match of an order by quote quantity fills it when no lot more can be paid.
            let completes = isSpent && place == matches.count - 1
            settle(match, taker: order, side: order.state.side, market, completes: completes)
        }
        guard order.state.status.isOpen else { return }
        finishTaking(order, market, outcome)
    }

    /// What an order looks for. An order without a limit gets no more than what is set aside for it pays.
    private func taker(_ order: LiveOrder, _ market: MarketRecord) -> BookTaker {
        var taker = BookTaker(
            side: order.state.side, owner: order.owner.number, limit: order.limitTicks, quantity: order.openLots,
            prevention: order.state.selfTradePrevention)
        if order.state.quoteOrderQuantity.isPositive {
            taker.prevention = order.state.selfTradePrevention.byQuote
            taker.budget = market.budget(order.state.quoteOrderQuantity)
            let held = order.lock.units / market.definition.lot.units
            taker.quantity =
                order.state.side == .buy ? OrderTerms.mostUnits : Int64(min(held, Int128(OrderTerms.mostUnits)))
        } else if order.limitTicks == nil, order.state.side == .buy {
            taker.budget = market.budget(order.lock)
        }
        return taker
    }

    private func finishTaking(_ order: LiveOrder, _ market: MarketRecord, _ outcome: BookOutcome) {
        if outcome.takerIsPrevented {
            end(order, market, .expiredInMatch, .expired, reason: nil)
        } else if order.limitTicks == nil {
            end(order, market, .expired, .expired, reason: .insufficientLiquidity)
        } else if order.state.timeInForce == .immediateOrCancel {
            end(order, market, .expired, .expired, reason: .unfilledIOC)
        } else {
            rest(order, market)
        }
    }

    /// Puts what is open of an order into the book.
    func rest(_ order: LiveOrder, _ market: MarketRecord) {
        guard let price = order.limitTicks else { return }
        setLock(restingLock(order, market), of: order, market)
        order.isResting = true
        market.resting[order.state.id.rawValue] = order
        market.book.add(
            id: order.state.id.rawValue, owner: order.owner.number, side: order.state.side, price: price,
            quantity: order.openLots)
    }

    /// Books one match for both sides. Without a taker it is the house's.
    func settle(
        _ match: BookMatch, taker: LiveOrder?, side: Side, _ market: MarketRecord, completes: Bool = false
    ) {
        let maker = market.resting[match.makerID]
        if match.makerIsGone, let maker {
            maker.isResting = false
            market.resting[match.makerID] = nil
            market.held[match.makerID] = nil
        }
        if maker == nil, market.thinSince == nil { market.thinSince = now }
        if let maker, let list = maker.list, list.phase == .pair { decide(list, for: maker, market) }
        guard match.kind == .trade else {
            if let taker, let maker { prevent(match, taker, maker, market) }
            return
        }
        let price = market.price(match.price)
        let quantity = market.quantity(match.quantity)
        let quote = market.value(Int128(match.price) * Int128(match.quantity), rounding: .down)
        let id = record(price: match.price, lots: match.quantity, quote: quote, taker: side, market)
        let terms = TradeTerms(id: id, price: price, lots: match.quantity, quantity: quantity, quote: quote)
        book(terms, taker, isMaker: false, market, completes: completes)
        book(terms, maker, isMaker: true, market, completes: false)
        if taker == nil || maker == nil {
            // The house's side, which nobody's balance shows.
            let houseBuys = (taker == nil) == (side == .buy)
            if taker != nil || maker != nil {
                houseGets(houseBuys ? quantity : -quantity, market.definition.base)
                houseGets(houseBuys ? -quote : quote, market.definition.quote)
            }
        }
    }

    struct TradeTerms {
        let id: TradeID
        let price: FixedDecimal
        let lots: Int64
        let quantity: FixedDecimal
        let quote: FixedDecimal
    }

    /// Writes a trade on the tape, into the bars and the averages.
    func record(
        price ticks: Int64, lots: Int64, quote: FixedDecimal, taker: Side, _ market: MarketRecord
    ) -> TradeID {
        let trade = MarketData.Trade(
            id: TradeID(market.tape.lastID + 1), market: market.id, price: market.price(ticks),
            quantity: market.quantity(lots), quoteQuantity: quote, time: now, buyerIsMaker: taker == .sell)
        market.klines.add(trade) { emit(.klineClosed(market.id, $0, $1)) }
        if let ended = market.tape.add(trade) { emit(.aggregateTrade(ended)) }
        market.average.add(price: ticks, quantity: lots, at: now)
        market.last = ticks
        market.lastQuantity = trade.quantity
        if !market.triggers.isEmpty { market.triggers.follow(ticks, at: now) }
        emit(.trade(trade))
        return trade.id
    }

    /// One side of a trade: balances, commission, the order's progress, its report.
    private func book(
        _ trade: TradeTerms, _ order: LiveOrder?, isMaker: Bool, _ market: MarketRecord, completes: Bool
    ) {
        guard let order else { return }
        let account = order.owner
        let isBuyer = order.state.side == .buy
        let (received, asset) =
            isBuyer ? (trade.quantity, market.definition.base) : (trade.quote, market.definition.quote)
        let rate = isMaker ? account.settings.commission.maker : account.settings.commission.taker
        let commission = Self.commission(
            received, rate, step: isBuyer ? market.baseStep : market.quoteStep)
        account.change(givenAsset(order, market), locked: -(isBuyer ? trade.quote : trade.quantity))
        order.lock -= isBuyer ? trade.quote : trade.quantity
        account.change(asset, free: received - commission)
        touch(account)
        collect(commission, asset)
        order.state.executedQuantity += trade.quantity
        order.state.executedQuote += trade.quote
        order.state.updateTime = now
        if order.state.quoteOrderQuantity.isPositive {
            order.state.quantity = order.state.executedQuantity
            order.state.status = completes ? .filled : .partiallyFilled
        } else {
            order.openLots -= trade.lots
            order.state.status = order.openLots == 0 ? .filled : .partiallyFilled
        }
        let fill = OrderFill(
            price: trade.price, quantity: trade.quantity, commission: commission, commissionAsset: asset,
            tradeID: trade.id)
        if !isMaker { order.fills.append(fill) }
        account.trades[market.id, default: RingLog(bound: settings.historyPerAccount)].append(
            AccountTrade(
                id: trade.id, market: market.id, orderID: order.state.id, listID: order.state.listID,
                price: trade.price, quantity: trade.quantity, quoteQuantity: trade.quote, commission: commission,
                commissionAsset: asset, time: now, isBuyer: isBuyer, isMaker: isMaker))
        if order.state.status == .filled {
            setLock(.zero, of: order, market)
            account.closed(order)
        } else if order.isResting {
            setLock(restingLock(order, market), of: order, market)
        }
        report(order, .trade, fill: fill, lastQuote: trade.quote, isMaker: isMaker)
        if order.state.status == .filled { memberEnded(order, market) }
    }

    /// A fraction of what is received, rounded down to the digits of its asset.
    static func commission(_ received: FixedDecimal, _ rate: FixedDecimal, step: FixedDecimal) -> FixedDecimal {
        guard rate.isPositive else { return .zero }
        do {
            return min(
                try received.multiplied(by: rate, rounding: .down).rounded(toStep: step, rounding: .down), received)
        } catch {
            // Only a rate far above 1 leads here; nothing more than all can be taken.
            return received
        }
    }

    /// Books a match that self-trade prevention did not let happen.
    private func prevent(_ match: BookMatch, _ taker: LiveOrder, _ maker: LiveOrder, _ market: MarketRecord) {
        market.lastPreventedMatchID += 1
        let record = PreventedMatch(
            id: market.lastPreventedMatchID, market: market.id, takerOrderID: taker.state.id,
            makerOrderID: maker.state.id, mode: taker.state.selfTradePrevention, price: market.price(match.price),
            takerQuantity: match.takerLoss > 0 ? market.quantity(match.takerLoss) : nil,
            makerQuantity: match.makerLoss > 0 ? market.quantity(match.makerLoss) : nil, time: now)
        taker.owner.prevented.append(record)
        taker.preventedMatches.append(record)
        lose(match.makerLoss, maker, counter: taker, record, market)
        lose(match.takerLoss, taker, counter: maker, record, market)
    }

    private func lose(
        _ lots: Int64, _ order: LiveOrder, counter: LiveOrder, _ match: PreventedMatch, _ market: MarketRecord
    ) {
        guard lots > 0 else { return }
        let quantity = market.quantity(lots)
        // An order by quote quantity has no open lots to lose; it ends all the same.
        if !order.state.quoteOrderQuantity.isPositive { order.openLots -= lots }
        order.state.preventedMatchID = match.id
        order.state.preventedQuantity += quantity
        order.state.updateTime = now
        let prevention = ExecutionReport.Prevention(
            matchID: match.id, lastQuantity: quantity, counterOrderID: counter.state.id, price: match.price)
        if order.openLots > 0, !order.state.quoteOrderQuantity.isPositive {
            if order.isResting { setLock(restingLock(order, market), of: order, market) }
            report(order, .tradePrevention, prevention: prevention)
        } else {
            end(order, market, .expiredInMatch, .tradePrevention, reason: nil, prevention: prevention)
        }
    }

    /// Ends an order that is not filled whole: out of the book, its funds given back, reported.
    func end(
        _ order: LiveOrder, _ market: MarketRecord, _ status: OrderStatus, _ kind: ExecutionKind,
        reason: ExpiryReason?, cancelClientOrderID: String? = nil, rejectReason: String = "NONE",
        prevention: ExecutionReport.Prevention? = nil
    ) {
        guard order.state.status.isOpen else { return }
        if order.isResting {
            market.book.remove(order.state.id.rawValue)
            market.resting[order.state.id.rawValue] = nil
            market.held[order.state.id.rawValue] = nil
            order.isResting = false
        } else if order.state.kind.isConditional, !order.state.isWorking {
            market.triggers.remove(order)
        }
        setLock(.zero, of: order, market)
        order.state.status = status
        order.state.updateTime = now
        order.state.expiryReason = reason
        order.owner.closed(order)
        report(
            order, kind, cancelClientOrderID: cancelClientOrderID, rejectReason: rejectReason,
            prevention: prevention)
        memberEnded(order, market)
    }

    /// Lets every order that the last price triggers come to work, and every list go on whose working order is filled,
    /// until nothing waits any more. Each turn takes one of them out, so it ends.
    func runTriggers(_ market: MarketRecord) {
        while true {
            if !activations.isEmpty {
                activate(activations.removeFirst(), market)
            } else if let order = market.triggers.next(at: market.last) {
                trigger(order, market)
            } else {
                return
            }
        }
    }

    private func trigger(_ order: LiveOrder, _ market: MarketRecord) {
        order.state.workingTime = now
        order.state.updateTime = now
        if let list = order.list, list.phase == .pair { decide(list, for: order, market) }
        if order.limitTicks == nil, order.state.side == .buy {
            // Now the cost is known: as much of it as the account has is set aside.
            let taker = BookTaker(
                side: .buy, owner: order.owner.number, limit: nil, quantity: order.openLots,
                prevention: order.state.selfTradePrevention)
            let cost = market.value(market.book.available(taker).cost, rounding: .up)
            let affordable = order.owner.balance(market.definition.quote).free + order.lock
            setLock(min(cost, affordable), of: order, market)
        }
        report(order, .new)
        work(order, market)
    }

    /// Tells what happened to an order; the number of the report.
    @discardableResult
    func report(
        _ order: LiveOrder, _ kind: ExecutionKind, fill: OrderFill? = nil, lastQuote: FixedDecimal = .zero,
        isMaker: Bool = false, cancelClientOrderID: String? = nil, formerClientOrderID: String? = nil,
        rejectReason: String = "NONE", prevention: ExecutionReport.Prevention? = nil
    ) -> Int64 {
        touch(order.owner)
        let id = takeExecutionID()
        let original = cancelClientOrderID == nil ? formerClientOrderID ?? "" : order.state.clientOrderID
        emit(
            .execution(
                ExecutionReport(
                    order: order.state, kind: kind,
                    clientOrderID: cancelClientOrderID ?? order.state.clientOrderID,
                    originalClientOrderID: original, rejectReason: rejectReason, executionID: id,
                    isOnBook: order.state.status.isOpen && order.state.isWorking,
                    transactTime: now, fill: fill, lastQuote: lastQuote, isMaker: isMaker, prevention: prevention)))
        return id
    }
}
