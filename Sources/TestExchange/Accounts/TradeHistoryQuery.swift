import Market

/// Which orders of a market `allOrders` is to answer; the limit is at most 1000.
public struct OrderHistoryQuery: Sendable, Hashable {
    public var market: MarketID
    /// Orders with this number or a larger one.
    public var from: OrderID?
    public var start: Timestamp?
    public var end: Timestamp?
    public var limit: Int

    public init(
        market: MarketID, from: OrderID? = nil, start: Timestamp? = nil, end: Timestamp? = nil, limit: Int = 500
    ) {
        self.market = market
        self.from = from
        self.start = start
        self.end = end
        self.limit = limit
    }
}

/// Which trades of an account `myTrades` is to answer; the limit is at most 1000.
///
/// Binance takes: nothing more; an order; a start; an end; a first trade; start and end, at most 24 hours apart; an
/// order and a first trade. Any other combination is -1128.
public struct TradeHistoryQuery: Sendable, Hashable {
    public var market: MarketID
    public var order: OrderID?
    public var from: TradeID?
    public var start: Timestamp?
    public var end: Timestamp?
    public var limit: Int

    public init(
        market: MarketID, order: OrderID? = nil, from: TradeID? = nil, start: Timestamp? = nil, end: Timestamp? = nil,
        limit: Int = 500
    ) {
        self.market = market
        self.order = order
        self.from = from
        self.start = start
        self.end = end
        self.limit = limit
    }
}

/// Which order lists `allOrderList` is to answer: from a number on, or in a time of at most 24 hours.
public struct OrderListHistoryQuery: Sendable, Hashable {
    public var from: OrderListID?
    public var start: Timestamp?
    public var end: Timestamp?
    public var limit: Int

    public init(from: OrderListID? = nil, start: Timestamp? = nil, end: Timestamp? = nil, limit: Int = 500) {
        self.from = from
        self.start = start
        self.end = end
        self.limit = limit
    }
}
