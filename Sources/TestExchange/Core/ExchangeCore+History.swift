import Market

/// What an account asks about its orders, trades and lists.
extension ExchangeCore {
    /// The most entries of one answer.
    public static let mostEntries = 1000

    static func held(_ limit: Int) -> Int { min(max(limit, 1), mostEntries) }

    public func order(
        _ reference: OrderReference, market: MarketID, account: AccountID
    ) throws(ExchangeRefusal) -> ExchangeOrder {
        _ = try record(market)
        guard reference.id != nil || reference.clientOrderID != nil else {
            throw .neither("origClientOrderId", "orderId")
        }
        guard let order = try self.account(account).order(reference, market: market) else { throw .noSuchOrder }
        return order.state
    }

    /// Open orders of one market, or of all, by market and number.
    public func openOrders(market: MarketID?, account id: AccountID) throws(ExchangeRefusal) -> [ExchangeOrder] {
        let account = try account(id)
        let wanted = market.map { [$0] } ?? records.map(\.id)
        return wanted.flatMap { account.openOrders($0).map(\.state) }
    }

    public func allOrders(
        _ query: OrderHistoryQuery, account id: AccountID
    ) throws(ExchangeRefusal) -> [ExchangeOrder] {
        _ = try record(query.market)
        let known = try account(id).orders[query.market] ?? []
        let limit = Self.held(query.limit)
        try Self.checkWindow(query.start, query.end)
        if let from = query.from {
            let first = AccountRecord.firstPlace(in: known, from: from)
            return known[first...].prefix(limit).map(\.state)
        }
        let within = known.filter { Self.within($0.state.time, query.start, query.end) }
        return (query.start == nil ? within.suffix(limit) : within.prefix(limit)).map(\.state)
    }

    private static func within(_ time: Timestamp, _ start: Timestamp?, _ end: Timestamp?) -> Bool {
        (start.map { time >= $0 } ?? true) && (end.map { time <= $0 } ?? true)
    }

    /// Start and end are at most 24 hours apart.
    private static func checkWindow(_ start: Timestamp?, _ end: Timestamp?) throws(ExchangeRefusal) {
        guard let start, let end else { return }
        guard end >= start else {
            throw ExchangeRefusal(code: -1127, text: "Invalid interval: startTime is after endTime.")
        }
        guard end.milliseconds - start.milliseconds <= 86_400_000 else { throw .windowTooLong }
    }

    public func trades(
        _ query: TradeHistoryQuery, account id: AccountID
    ) throws(ExchangeRefusal) -> [AccountTrade] {
        _ = try record(query.market)
        let account = try account(id)
        let hasTime = query.start != nil || query.end != nil
        guard !hasTime || query.from == nil && query.order == nil else { throw .badCombination }
        try Self.checkWindow(query.start, query.end)
        let limit = Self.held(query.limit)
        guard let known = account.trades[query.market] else { return [] }
        if let order = query.order {
            let first = query.from.map { from in known.firstPlace { $0.id >= from } } ?? 0
            return Array(known.slice(first..<known.count).lazy.filter { $0.orderID == order }.prefix(limit))
        }
        if let from = query.from {
            let first = known.firstPlace { $0.id >= from }
            return known.slice(first..<min(known.count, first + limit))
        }
        let first = query.start.map { start in known.firstPlace { $0.time >= start } } ?? 0
        let last = query.end.map { end in known.firstPlace { $0.time > end } } ?? known.count
        guard first < last else { return [] }
        return query.start == nil
            ? known.slice(max(first, last - limit)..<last) : known.slice(first..<min(last, first + limit))
    }

    public func orderList(
        id: OrderListID?, clientOrderID: String? = nil, account: AccountID
    ) throws(ExchangeRefusal) -> OrderListState {
        guard id != nil || clientOrderID != nil else { throw .neither("orderListId", "origClientOrderId") }
        let found = try self.account(account).lists.last { list in
            (id.map { list.state.id == $0 } ?? true) && (clientOrderID.map { list.state.clientOrderID == $0 } ?? true)
        }
        guard let list = found else { throw .noSuchOrderList }
        return list.state
    }

    public func openOrderLists(account: AccountID) throws(ExchangeRefusal) -> [OrderListState] {
        try self.account(account).openLists.values.map(\.state).sorted { $0.id < $1.id }
    }

    public func allOrderLists(
        _ query: OrderListHistoryQuery, account id: AccountID
    ) throws(ExchangeRefusal) -> [OrderListState] {
        let lists = try account(id).lists.map(\.state)
        let limit = Self.held(query.limit)
        guard query.from == nil || query.start == nil && query.end == nil else { throw .badCombination }
        try Self.checkWindow(query.start, query.end)
        if let from = query.from { return Array(lists.filter { $0.id >= from }.prefix(limit)) }
        let within = lists.filter { Self.within($0.time, query.start, query.end) }
        return Array(query.start == nil ? within.suffix(limit) : within.prefix(limit))
    }

    /// The orders of a list, those that are still known.
    public func orders(of list: OrderListState) -> [ExchangeOrder] {
        guard let account = accounts.first(where: { $0.id == list.account }) else { return [] }
        return list.members.compactMap {
            account.order(OrderReference(id: $0.orderID), market: list.market)?.state
        }
    }

    public func preventedMatches(
        market: MarketID, match: Int64? = nil, order: OrderID? = nil, from: Int64? = nil, limit: Int = 500,
        account id: AccountID
    ) throws(ExchangeRefusal) -> [PreventedMatch] {
        _ = try record(market)
        let known = try account(id).prevented
        let fitting = known.slice(0..<known.count).lazy.filter { entry in
            entry.market == market && (match.map { entry.id == $0 } ?? true) && (from.map { entry.id >= $0 } ?? true)
                && (order.map { entry.takerOrderID == $0 || entry.makerOrderID == $0 } ?? true)
        }
        return Array(fitting.prefix(Self.held(limit)))
    }

    public func amendments(
        market: MarketID, order: OrderID, from: Int64? = nil, limit: Int = 500, account id: AccountID
    ) throws(ExchangeRefusal) -> [OrderAmendment] {
        _ = try record(market)
        let known = try account(id).amendments
        let fitting = known.slice(0..<known.count).lazy.filter { entry in
            entry.market == market && entry.orderID == order && (from.map { entry.executionID >= $0 } ?? true)
        }
        return Array(fitting.prefix(Self.held(limit)))
    }
}
