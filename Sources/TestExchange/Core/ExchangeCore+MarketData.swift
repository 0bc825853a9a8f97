import Market

/// What everyone may ask about a market. A market that is not there answers nothing.
extension ExchangeCore {
    /// The most levels a side.
    public static let mostLevels = 5000

    private func known(_ market: MarketID) -> MarketRecord? {
        records.indices.contains(market.rawValue) ? records[market.rawValue] : nil
    }

    public func depth(_ market: MarketID, limit: Int = 100) -> MarketData.Depth {
        guard let record = known(market) else {
            return MarketData.Depth(market: market, lastUpdateID: 0, bids: [], asks: [])
        }
        let limit = min(max(limit, 1), Self.mostLevels)
        return MarketData.Depth(
            market: market, lastUpdateID: record.book.updateID,
            bids: record.book.levels(.buy, limit: limit).map { level($0.price, $0.quantity, record) },
            asks: record.book.levels(.sell, limit: limit).map { level($0.price, $0.quantity, record) })
    }

    private func level(_ price: Int64, _ lots: Int64, _ market: MarketRecord) -> MarketData.Level {
        MarketData.Level(price: market.price(price), quantity: market.quantity(lots))
    }

    /// What changed in the book since the last call; nil when nothing did. There is one such series of updates for each
    /// market, whose update numbers follow each other without a hole.
    public func takeDepthUpdate(_ market: MarketID) -> MarketData.DepthUpdate? {
        guard let record = known(market), record.book.updateID > record.lastDepthUpdateID else { return nil }
        let changes = record.book.takeChanges()
        let first = record.lastDepthUpdateID + 1
        record.lastDepthUpdateID = record.book.updateID
        return MarketData.DepthUpdate(
            market: market, firstUpdateID: first, lastUpdateID: record.book.updateID,
            bids: changes.bids.map { level($0, record.book.quantity(.buy, at: $0), record) },
            asks: changes.asks.map { level($0, record.book.quantity(.sell, at: $0), record) })
    }

    public func bookTicker(_ market: MarketID) -> MarketData.BookTicker {
        known(market).map { bookTicker($0) }
            ?? MarketData.BookTicker(market: market, updateID: 0, bid: nil, ask: nil)
    }

    func bookTicker(_ market: MarketRecord) -> MarketData.BookTicker {
        let book = market.book
        return MarketData.BookTicker(
            market: market.id, updateID: book.updateID,
            bid: book.bestBid.map { level($0, book.quantity(.buy, at: $0), market) },
            ask: book.bestAsk.map { level($0, book.quantity(.sell, at: $0), market) })
    }

    /// The last price; before the first trade the reference price.
    public func lastPrice(_ market: MarketID) -> FixedDecimal? { known(market)?.lastPrice }

    /// The average of the last `RollingAverage.minutes` minutes, the last price when nothing was traded in them.
    public func averagePrice(_ market: MarketID) -> (minutes: Int, price: FixedDecimal, closeTime: Timestamp)? {
        known(market).map { record in
            (
                RollingAverage.minutes, record.averagePrice(at: now) ?? record.lastPrice,
                record.tape.trades.last?.time ?? now
            )
        }
    }

    public func recentTrades(_ market: MarketID, limit: Int = 500) -> [MarketData.Trade] {
        known(market)?.tape.latest(Self.held(limit)) ?? []
    }

    /// Trades from a number on; the oldest that are kept when it is too small.
    public func trades(_ market: MarketID, from: TradeID, limit: Int = 500) -> [MarketData.Trade] {
        known(market)?.tape.trades(from: from, limit: Self.held(limit)) ?? []
    }

    public func aggregateTrades(
        _ market: MarketID, from: TradeID? = nil, start: Timestamp? = nil, end: Timestamp? = nil, limit: Int = 500
    ) -> [MarketData.AggregateTrade] {
        known(market)?.tape.aggregates(from: from, start: start, end: end, limit: Self.held(limit)) ?? []
    }

    public func klines(
        _ market: MarketID, _ interval: KlineInterval, start: Timestamp? = nil, end: Timestamp? = nil,
        limit: Int = 500
    ) -> [Kline] {
        known(market)?.klines.klines(interval, start: start, end: end, limit: Self.held(limit)) ?? []
    }

    /// The bar in progress; nil before the first trade.
    public func currentKline(_ market: MarketID, _ interval: KlineInterval) -> Kline? {
        known(market)?.klines.current(interval)
    }

    /// Statistics over the last so many milliseconds, put together from bars: of a minute, or of the replayed
    /// candles' length where those are longer. A bar that began before the window is left out.
    public func ticker(_ market: MarketID, window milliseconds: Int64 = 86_400_000) -> MarketData.Ticker? {
        guard let record = known(market) else { return nil }
        let start = Timestamp(milliseconds: now.milliseconds - max(milliseconds, 1))
        return ticker(record, from: start)
    }

    /// Statistics since midnight UTC plus an offset of the time zone, in milliseconds.
    public func tradingDayTicker(_ market: MarketID, zoneOffset: Int64 = 0) -> MarketData.Ticker? {
        guard let record = known(market) else { return nil }
        let shifted = Timestamp(milliseconds: now.milliseconds + zoneOffset)
        let day = KlineInterval.d1.openTime(containing: shifted)
        return ticker(record, from: Timestamp(milliseconds: day.milliseconds - zoneOffset))
    }

    private func ticker(_ record: MarketRecord, from start: Timestamp) -> MarketData.Ticker {
        let interval = record.klines.tickerInterval
        let bars = record.klines.klines(interval, start: start, end: now, limit: 20_000)
        let open = bars.first?.open ?? record.lastPrice
        let before = record.klines.klines(
            interval, start: nil, end: Timestamp(milliseconds: start.milliseconds - 1), limit: 1)
        return MarketData.Ticker(
            market: record.id, openTime: start, closeTime: now, open: open,
            high: bars.map(\.high).max() ?? open, low: bars.map(\.low).min() ?? open, last: record.lastPrice,
            lastQuantity: record.lastQuantity, previousClose: before.last?.close ?? open,
            volume: bars.reduce(.zero) { $0 + $1.volume },
            quoteVolume: bars.reduce(.zero) { $0 + $1.quoteVolume },
            firstTradeID: bars.compactMap(\.firstTradeID).first, lastTradeID: bars.compactMap(\.lastTradeID).last,
            tradeCount: bars.reduce(0) { $0 + $1.tradeCount }, book: bookTicker(record))
    }
}
