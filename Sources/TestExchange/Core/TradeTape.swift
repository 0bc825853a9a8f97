import Market

/// The public trades of a market, the newest `bound` of them, and their aggregates.
struct TradeTape {
    private(set) var trades: RingLog<MarketData.Trade>
    private(set) var aggregates: RingLog<MarketData.AggregateTrade>
    private(set) var lastID: Int64 = 0
    private var lastAggregateID: Int64 = 0
    /// What one taker traded at one price, which its next trade may still belong to.
    private var open: MarketData.AggregateTrade?

    init(bound: Int) {
        trades = RingLog(bound: bound)
        aggregates = RingLog(bound: bound)
    }

    /// Takes a trade whose number is `lastID` + 1; answers the aggregate that it ends.
    mutating func add(_ trade: MarketData.Trade) -> MarketData.AggregateTrade? {
        lastID = trade.id.rawValue
        trades.append(trade)
        if var same = open, same.price == trade.price, same.buyerIsMaker == trade.buyerIsMaker,
            same.time == trade.time
        {
            same.quantity += trade.quantity
            same.lastTradeID = trade.id
            open = same
            return nil
        }
        let ended = endAggregate()
        lastAggregateID += 1
        open = MarketData.AggregateTrade(
            id: TradeID(lastAggregateID), market: trade.market, price: trade.price, quantity: trade.quantity,
            firstTradeID: trade.id, lastTradeID: trade.id, time: trade.time, buyerIsMaker: trade.buyerIsMaker)
        return ended
    }

    /// Says that the taker is done.
    mutating func endAggregate() -> MarketData.AggregateTrade? {
        guard let ended = open else { return nil }
        open = nil
        aggregates.append(ended)
        return ended
    }

    func trades(from id: TradeID, limit: Int) -> [MarketData.Trade] {
        let first = trades.firstPlace { $0.id >= id }
        return trades.slice(first..<min(trades.count, first + limit))
    }

    func latest(_ limit: Int) -> [MarketData.Trade] {
        trades.slice(max(0, trades.count - limit)..<trades.count)
    }

    func aggregates(
        from id: TradeID?, start: Timestamp?, end: Timestamp?, limit: Int
    ) -> [MarketData.AggregateTrade] {
        if let id {
            let first = aggregates.firstPlace { $0.id >= id }
            return aggregates.slice(first..<min(aggregates.count, first + limit))
        }
        let first = start.map { start in aggregates.firstPlace { $0.time >= start } } ?? 0
        let last = end.map { end in aggregates.firstPlace { $0.time > end } } ?? aggregates.count
        guard first < last else { return [] }
        return start == nil
            ? aggregates.slice(max(first, last - limit)..<last) : aggregates.slice(first..<min(last, first + limit))
    }
}
