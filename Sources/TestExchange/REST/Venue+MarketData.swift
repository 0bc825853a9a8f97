import Market

/// Depth, trades, bars and tickers.
extension Venue {
    func depth(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        let limit = try call.parameters.limit(normal: 100, most: 5000)
        call.parameters.ignore("symbolStatus")
        try call.finishReading()
        call.writer.depth(core.depth(market, limit: limit))
    }

    func trades(_ call: inout RequestCall, historical: Bool) throws(VenueRefusal) {
        let market = try market(&call)
        let limit = try call.parameters.limit(normal: 500, most: 1000)
        let from = historical ? try call.parameters.integer("fromId") : nil
        try call.finishReading()
        let trades =
            from.map { core.trades(market, from: TradeID($0), limit: limit) }
            ?? core.recentTrades(market, limit: limit)
        call.writer.array { writer in
            for trade in trades {
                writer.object { writer in
                    writer.field("id", trade.id.rawValue)
                    writer.field("price", trade.price)
                    writer.field("qty", trade.quantity)
                    writer.field("quoteQty", trade.quoteQuantity)
                    writer.field("time", trade.time)
                    writer.field("isBuyerMaker", trade.buyerIsMaker)
                    writer.field("isBestMatch", true)
                }
            }
        }
    }

    func aggregateTrades(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        let from = try call.parameters.integer("fromId")
        let start = try call.parameters.time("startTime")
        let end = try call.parameters.time("endTime")
        let limit = try call.parameters.limit(normal: 500, most: 1000)
        try call.finishReading()
        guard from == nil || (start == nil && end == nil) else { throw .badCombination }
        let trades = core.aggregateTrades(
            market, from: from.map { TradeID($0) }, start: start, end: end, limit: limit)
        call.writer.array { writer in
            for trade in trades {
                writer.object { writer in
                    writer.field("a", trade.id.rawValue)
                    writer.field("p", trade.price)
                    writer.field("q", trade.quantity)
                    writer.field("f", trade.firstTradeID.rawValue)
                    writer.field("l", trade.lastTradeID.rawValue)
                    writer.field("T", trade.time)
                    writer.field("m", trade.buyerIsMaker)
                    writer.field("M", true)
                }
            }
        }
    }

    func klines(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        let name = try call.parameters.required("interval")
        guard let interval = KlineInterval(rawValue: name) else { throw VenueRefusal(-1120, "Invalid interval.") }
        let start = try call.parameters.time("startTime")
        let end = try call.parameters.time("endTime")
        let limit = try call.parameters.limit(normal: 500, most: 1000)
        let zone = try call.parameters.optional("timeZone") ?? "0"
        try call.finishReading()
        guard ["0", "+0", "00:00", "+00:00"].contains(zone) else {
            throw VenueRefusal(-1020, "This venue gives bars in UTC only.")
        }
        let bars = core.klines(market, interval, start: start, end: end, limit: limit)
        call.writer.array { writer in
            for bar in bars { writer.row(bar) }
        }
    }

    func averagePrice(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        try call.finishReading()
        guard let average = core.averagePrice(market) else { throw .unknownSymbol }
        call.writer.object { writer in
            writer.field("mins", average.minutes)
            writer.field("price", average.price)
            writer.field("closeTime", average.closeTime)
        }
    }

    func dayTicker(_ call: inout RequestCall) throws(VenueRefusal) {
        let (ids, isOne) = try markets(&call)
        let isMini = try isMini(&call)
        call.parameters.ignore("symbolStatus")
        try call.finishReading()
        each(ids, isOne, &call.writer) { writer, market, name in
            if let ticker = core.ticker(market) { writer.ticker(ticker, name, isMini ? .mini : .full) }
        }
    }

    /// Since midnight UTC.
    func tradingDayTicker(_ call: inout RequestCall) throws(VenueRefusal) {
        let (ids, isOne) = try markets(&call)
        guard isOne || call.parameters.isSent("symbols") else { throw .missing("symbol") }
        let isMini = try isMini(&call)
        call.parameters.ignore("timeZone", "symbolStatus")
        try call.finishReading()
        each(ids, isOne, &call.writer) { writer, market, name in
            if let ticker = core.tradingDayTicker(market) {
                writer.ticker(ticker, name, isMini ? .mini : .statistics)
            }
        }
    }

    func rollingTicker(_ call: inout RequestCall) throws(VenueRefusal) {
        let (ids, isOne) = try markets(&call)
        guard isOne || call.parameters.isSent("symbols") else { throw .missing("symbol") }
        let window = try windowSize(&call)
        let isMini = try isMini(&call)
        call.parameters.ignore("symbolStatus")
        try call.finishReading()
        each(ids, isOne, &call.writer) { writer, market, name in
            if let ticker = core.ticker(market, window: window) {
                writer.ticker(ticker, name, isMini ? .mini : .statistics)
            }
        }
    }

    /// `1m` to `59m`, `1h` to `23h`, `1d` to `7d`, in milliseconds; a day where nothing is said.
    private func windowSize(_ call: inout RequestCall) throws(VenueRefusal) -> Int64 {
        guard let text = try call.parameters.optional("windowSize") else { return 86_400_000 }
        guard let number = Int64(text.dropLast()), number > 0, let unit = text.last else {
            throw .invalid("windowSize")
        }
        switch unit {
        case "m" where number <= 59: return number * 60_000
        case "h" where number <= 23: return number * 3_600_000
        case "d" where number <= 7: return number * 86_400_000
        default: throw .invalid("windowSize")
        }
    }

    private func isMini(_ call: inout RequestCall) throws(VenueRefusal) -> Bool {
        switch try call.parameters.optional("type") {
        case nil, "FULL": return false
        case "MINI": return true
        default: throw .invalid("type")
        }
    }

    func priceTicker(_ call: inout RequestCall) throws(VenueRefusal) {
        let (ids, isOne) = try markets(&call)
        call.parameters.ignore("symbolStatus")
        try call.finishReading()
        each(ids, isOne, &call.writer) { writer, market, name in
            writer.object { writer in
                writer.field("symbol", name)
                writer.field("price", core.lastPrice(market) ?? .zero)
            }
        }
    }

    func bookTicker(_ call: inout RequestCall) throws(VenueRefusal) {
        let (ids, isOne) = try markets(&call)
        call.parameters.ignore("symbolStatus")
        try call.finishReading()
        each(ids, isOne, &call.writer) { writer, market, name in
            let book = core.bookTicker(market)
            writer.object { writer in
                writer.field("symbol", name)
                writer.field("bidPrice", book.bid?.price ?? .zero)
                writer.field("bidQty", book.bid?.quantity ?? .zero)
                writer.field("askPrice", book.ask?.price ?? .zero)
                writer.field("askQty", book.ask?.quantity ?? .zero)
            }
        }
    }

    /// One object for one market, an array for several.
    private func each(
        _ ids: [MarketID], _ isOne: Bool, _ writer: inout JSONWriter,
        _ body: (inout JSONWriter, MarketID, String) -> Void
    ) {
        let markets = core.markets
        if isOne, let id = ids.first {
            body(&writer, id, markets[id.rawValue].name)
        } else {
            writer.array { writer in
                for id in ids { body(&writer, id, markets[id.rawValue].name) }
            }
        }
    }
}

extension JSONWriter {
    enum TickerForm {
        case full, statistics, mini
    }

    mutating func ticker(_ ticker: MarketData.Ticker, _ symbol: String, _ form: TickerForm) {
        object { writer in
            writer.field("symbol", symbol)
            if form != .mini {
                writer.field("priceChange", ticker.change)
                writer.key("priceChangePercent")
                writer.percent(ticker.changePercent)
                writer.field("weightedAvgPrice", ticker.weightedAverage)
            }
            if form == .full { writer.field("prevClosePrice", ticker.previousClose) }
            writer.field("lastPrice", ticker.last)
            if form == .full {
                writer.field("lastQty", ticker.lastQuantity)
                writer.field("bidPrice", ticker.book.bid?.price ?? .zero)
                writer.field("bidQty", ticker.book.bid?.quantity ?? .zero)
                writer.field("askPrice", ticker.book.ask?.price ?? .zero)
                writer.field("askQty", ticker.book.ask?.quantity ?? .zero)
            }
            writer.field("openPrice", ticker.open)
            writer.field("highPrice", ticker.high)
            writer.field("lowPrice", ticker.low)
            writer.field("volume", ticker.volume)
            writer.field("quoteVolume", ticker.quoteVolume)
            writer.field("openTime", ticker.openTime)
            writer.field("closeTime", ticker.closeTime)
            writer.field("firstId", ticker.firstTradeID?.rawValue ?? -1)
            writer.field("lastId", ticker.lastTradeID?.rawValue ?? -1)
            writer.field("count", ticker.tradeCount)
        }
    }
}
