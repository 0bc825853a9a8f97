import Market

/// Canceling, replacing and amending.
extension ExchangeCore {
    /// Cancels an order; one that belongs to a list that is not decided ends with its whole list.
    public func cancel(
        _ reference: OrderReference, market id: MarketID, account: AccountID, cancelClientOrderID: String? = nil,
        restriction: CancelRestriction? = nil, now: Timestamp
    ) throws(ExchangeRefusal) -> CancelResult {
        move(to: now)
        let market = try record(id)
        let order = try openOrder(reference, market, try cancelingAccount(account))
        try check(restriction, order)
        let result = cancel(order, market, cancelClientOrderID ?? makeClientOrderID())
        flush(market)
        return result
    }

    private func cancelingAccount(_ id: AccountID) throws(ExchangeRefusal) -> AccountRecord {
        let account = try account(id)
        guard account.settings.canTrade else {
            throw .cancelRejected("This account may not place or cancel orders.")
        }
        return account
    }

    private func openOrder(
        _ reference: OrderReference, _ market: MarketRecord, _ account: AccountRecord
    ) throws(ExchangeRefusal) -> LiveOrder {
        guard reference.id != nil || reference.clientOrderID != nil else {
            throw .neither("origClientOrderId", "orderId")
        }
        guard let order = account.order(reference, market: market.id), order.state.status.isOpen else {
            throw .unknownOrder
        }
        return order
    }

    private func check(_ restriction: CancelRestriction?, _ order: LiveOrder) throws(ExchangeRefusal) {
        let fits =
            switch restriction {
            case nil: true
            case .onlyNew: order.state.status == .new
            case .onlyPartiallyFilled: order.state.status == .partiallyFilled
            }
        guard fits else { throw .cancelRejected("Order was not canceled due to cancel restrictions.") }
    }

    private func cancel(_ order: LiveOrder, _ market: MarketRecord, _ cancelID: String) -> CancelResult {
        if let list = order.list, list.state.status == .executing {
            let canceled = cancelOpen(list, market, cancelID)
            return .list(list.state, canceled)
        }
        end(order, market, .canceled, .canceled, reason: nil, cancelClientOrderID: cancelID)
        return .order(CanceledOrder(order: order.state, cancelClientOrderID: cancelID, transactTime: now))
    }

    private func cancelOpen(_ list: ListRecord, _ market: MarketRecord, _ cancelID: String) -> [CanceledOrder] {
        let open = list.orders.filter(\.state.status.isOpen)
        list.phase = .decided
        release(list, market)
        return open.map { order in
            end(order, market, .canceled, .canceled, reason: nil, cancelClientOrderID: cancelID)
            return CanceledOrder(order: order.state, cancelClientOrderID: cancelID, transactTime: now)
        }
    }

    public func cancelList(
        id: OrderListID?, clientOrderID: String? = nil, market: MarketID, account: AccountID,
        cancelClientOrderID: String? = nil, now: Timestamp
    ) throws(ExchangeRefusal) -> (OrderListState, [CanceledOrder]) {
        move(to: now)
        let market = try record(market)
        let account = try cancelingAccount(account)
        guard id != nil || clientOrderID != nil else { throw .neither("orderListId", "listClientOrderId") }
        let found = account.openLists.values.first { list in
            list.state.market == market.id && (id.map { list.state.id == $0 } ?? true)
                && (clientOrderID.map { list.state.clientOrderID == $0 } ?? true)
        }
        guard let list = found else { throw .unknownOrder }
        let canceled = cancelOpen(list, market, cancelClientOrderID ?? makeClientOrderID())
        flush(market)
        return (list.state, canceled)
    }

    /// Cancels all orders of an account on a market; none is -2011.
    public func cancelAll(
        market: MarketID, account: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) -> [CancelResult] {
        move(to: now)
        let market = try record(market)
        let account = try cancelingAccount(account)
        let open = account.openOrders(market.id)
        guard !open.isEmpty else { throw .unknownOrder }
        let cancelID = makeClientOrderID()
        var results: [CancelResult] = []
        // A list takes its other orders with it.
        for order in open where order.state.status.isOpen { results.append(cancel(order, market, cancelID)) }
        flush(market)
        return results
    }

    /// Cancels an order and places another one. A half that fails leaves the other as the mode says.
    public func cancelReplace(
        _ reference: OrderReference, with replacement: NewOrder, mode: ReplacedOrder.Mode,
        cancelClientOrderID: String? = nil, restriction: CancelRestriction? = nil, account: AccountID, now: Timestamp
    ) -> ReplacedOrder {
        move(to: now)
        let canceled = cancelFirst(reference, replacement.market, cancelClientOrderID, restriction, account, now)
        if case .failure = canceled, mode == .stopOnFailure { return ReplacedOrder(cancel: canceled, placement: nil) }
        do throws(ExchangeRefusal) {
            return ReplacedOrder(
                cancel: canceled, placement: .success(try place(replacement, account: account, now: now)))
        } catch {
            return ReplacedOrder(cancel: canceled, placement: .failure(error))
        }
    }

    private func cancelFirst(
        _ reference: OrderReference, _ market: MarketID, _ cancelID: String?, _ restriction: CancelRestriction?,
        _ account: AccountID, _ now: Timestamp
    ) -> Result<CancelResult, ExchangeRefusal> {
        do throws(ExchangeRefusal) {
            guard try record(market).definition.allowsCancelReplace else {
                throw .unsupported("Order cancel-replace is not supported for this symbol.")
            }
            return .success(
                try cancel(
                    reference, market: market, account: account, cancelClientOrderID: cancelID,
                    restriction: restriction, now: now))
        } catch {
            return .failure(error)
        }
    }

    /// Makes an order smaller; it keeps its place in the queue. Both legs of an OCO shrink together.
    public func amend(
        _ reference: OrderReference, market id: MarketID, newQuantity: FixedDecimal,
        newClientOrderID: String? = nil, account: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) -> AmendedOrder {
        move(to: now)
        let market = try record(id)
        let account = try cancelingAccount(account)
        let order = try openOrder(reference, market, account)
        let lots = try amendedLots(order, newQuantity, market)
        if let client = newClientOrderID, client != order.state.clientOrderID {
            guard OrderTerms.isClientOrderID(client) else { throw .illegalClientOrderID("newClientOrderId") }
            guard account.openByClientID[id]?[client] == nil else { throw .duplicateOrder }
        }
        let former = order.state.clientOrderID
        let formerQuantity = order.state.quantity
        order.state.clientOrderID = newClientOrderID ?? makeClientOrderID()
        account.renamed(order, from: former)
        let list = order.list.flatMap { $0.state.status == .executing ? $0 : nil }
        let legs = list.map { $0.phase == .pair ? Array($0.pair) : [order] } ?? [order]
        for leg in legs { shrink(leg, by: leg.lots - lots, newQuantity, market) }
        if let list, list.phase == .pair, let first = legs.first {
            let lock = legs.map { restingLock($0, market) }.max() ?? .zero
            move(lock - list.lock, givenAsset(first, market), account)
            list.lock = lock
        }
        for leg in legs where leg !== order {
            report(leg, .replaced, formerClientOrderID: leg.state.clientOrderID)
        }
        let executionID = report(order, .replaced, formerClientOrderID: former)
        if let list, former != order.state.clientOrderID { renamed(order, in: list) }
        account.amendments.append(
            OrderAmendment(
                market: id, orderID: order.state.id, executionID: executionID, originalClientOrderID: former,
                newClientOrderID: order.state.clientOrderID, originalQuantity: formerQuantity,
                newQuantity: newQuantity, time: self.now))
        flush(market)
        return AmendedOrder(
            order: order.state, executionID: executionID, originalClientOrderID: former,
            originalQuantity: formerQuantity, list: list?.state, transactTime: self.now)
    }

    private func amendedLots(
        _ order: LiveOrder, _ quantity: FixedDecimal, _ market: MarketRecord
    ) throws(ExchangeRefusal) -> Int64 {
        guard market.definition.allowsAmend else {
            throw .amendRejected("Order amend is not supported for this symbol.")
        }
        for case .maximumAmendments(let most) in market.definition.filters where order.amendmentCount >= most {
            throw .filter("MAX_NUM_ORDER_AMENDS")
        }
        // The order as it would have been placed, so that the same checks and filters hold.
        var shape = NewOrder(
            market: market.id, side: order.state.side, kind: order.state.kind, quantity: quantity,
            selfTradePrevention: order.state.selfTradePrevention)
        if order.state.kind.hasPrice { shape.price = order.state.price }
        if order.state.kind.hasPrice, order.state.kind != .limitMaker { shape.timeInForce = order.state.timeInForce }
        if order.state.stopPrice.isPositive { shape.stopPrice = order.state.stopPrice }
        shape.trailingDelta = order.state.trailingDelta
        let terms = try OrderTerms(shape, market.definition)
        guard terms.lots < order.lots else {
            throw .amendRejected("Order amend (quantity increase) is not supported.")
        }
        guard quantity > order.state.executedQuantity + order.state.preventedQuantity else {
            throw .amendRejected("The new quantity must be larger than the executed quantity.")
        }
        let context = context(market, order.owner, newOrders: 0)
        try FilterCheck(market: market.definition, exchange: settings.filters).check(terms, context)
        return terms.lots
    }

    private func shrink(_ order: LiveOrder, by lots: Int64, _ quantity: FixedDecimal, _ market: MarketRecord) {
        guard lots > 0, order.state.status.isOpen, order.openLots > lots else { return }
        order.lots -= lots
        order.openLots -= lots
        order.state.quantity = quantity
        order.state.updateTime = now
        order.amendmentCount += 1
        if order.isResting { market.book.reduce(order.state.id.rawValue, to: order.openLots) }
        let isFunded = order.state.status != .pendingNew && order.list?.phase != .pair
        if isFunded { setLock(restingLock(order, market), of: order, market) }
    }

    /// The new client id of a member is told with the list.
    private func renamed(_ order: LiveOrder, in list: ListRecord) {
        for place in list.state.members.indices where list.state.members[place].orderID == order.state.id {
            list.state.members[place].clientOrderID = order.state.clientOrderID
        }
        list.state.progress = .updated
        list.state.updateTime = now
        emit(.listStatus(list.state))
    }
}
