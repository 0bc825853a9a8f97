import Market

/// Streams that speak at intervals: bars, tickers, depth and average prices.
extension Venue {
    /// Sends what is due by the clock that never jumps.
    func speakByTheClock() {
        guard !topics.isEmpty else { return }
        speakOfDepth()
        for topic in topics.values {
            switch topic.name.kind {
            case .trade, .aggregateTrade, .bookTicker, .depthUpdates: continue
            case .kline(let interval, _):
                speak(topic, every: interval == .s1 ? 1000 : 2000, klineEvent(topic, interval))
            case .partialDepth(let levels, let milliseconds):
                speak(topic, every: milliseconds, partialDepthEvent(topic, levels))
            case .miniTicker: speak(topic, every: 1000, tickerEvent(topic, .mini))
            case .ticker: speak(topic, every: 1000, tickerEvent(topic, .full))
            case .rollingTicker(let window): speak(topic, every: 1000, tickerEvent(topic, .rolling(window)))
            case .averagePrice: speak(topic, every: 1000, averagePriceEvent(topic))
            case .allMiniTickers: speak(topic, every: 1000, allTickersEvent(topic, .mini))
            case .allRollingTickers(let window): speak(topic, every: 1000, allTickersEvent(topic, .rolling(window)))
            }
        }
    }

    private typealias Event = (inout JSONWriter) -> Void

    private enum TickerForm {
        case mini, full
        case rolling(StreamName.RollingWindow)

        var window: Int64 {
            if case .rolling(let window) = self { window.milliseconds } else { 86_400_000 }
        }
    }

    /// Asks for the event when it is due; nil when nothing has changed since the last one.
    private func speak(_ topic: StreamTopic, every milliseconds: Int, _ event: @autoclosure () -> Event?) {
        guard topic.lastSent == .min || instant - topic.lastSent >= Int64(milliseconds) else { return }
        topic.lastSent = instant
        if let event = event() { publish(topic, event) }
    }

    private func klineEvent(_ topic: StreamTopic, _ interval: KlineInterval) -> Event? {
        guard let market = topic.market, let kline = core.currentKline(market, interval),
            isNews(kline.openTime.milliseconds &* 1_000_003 &+ Int64(kline.tradeCount), topic)
        else { return nil }
        let now = core.now
        return { writer in
            writer.event(kline: kline, interval: interval, isClosed: false, symbol: topic.name.symbol, at: now)
        }
    }

    private func partialDepthEvent(_ topic: StreamTopic, _ levels: Int) -> Event? {
        guard let market = topic.market else { return nil }
        let depth = core.depth(market, limit: levels)
        guard isNews(depth.lastUpdateID, topic) else { return nil }
        return { $0.depth(depth) }
    }

    private func tickerEvent(_ topic: StreamTopic, _ form: TickerForm) -> Event? {
        guard let market = topic.market, let ticker = core.ticker(market, window: form.window),
            isNews(Self.version(of: ticker), topic)
        else { return nil }
        return event(ticker, form)
    }

    private func event(_ ticker: MarketData.Ticker, _ form: TickerForm) -> Event {
        let symbol = symbol(ticker.market)
        let now = core.now
        return { writer in
            switch form {
            case .mini: writer.event(miniTicker: ticker, symbol: symbol, at: now)
            case .full: writer.event(ticker: ticker, symbol: symbol, at: now)
            case .rolling(let window): writer.event(rolling: ticker, window: window, symbol: symbol, at: now)
            }
        }
    }

    private func allTickersEvent(_ topic: StreamTopic, _ form: TickerForm) -> Event? {
        let tickers = core.markets.indices.compactMap { core.ticker(MarketID($0), window: form.window) }
        let version = tickers.reduce(Int64(0)) { $0 &* 31 &+ Self.version(of: $1) }
        guard isNews(version, topic) else { return nil }
        let events = tickers.filter { $0.tradeCount > 0 }.map { event($0, form) }
        return { writer in
            writer.array { writer in
                for event in events { event(&writer) }
            }
        }
    }

    private func averagePriceEvent(_ topic: StreamTopic) -> Event? {
        guard let market = topic.market, let average = core.averagePrice(market),
            isNews(average.closeTime.milliseconds &* 31 &+ Int64(truncatingIfNeeded: average.price.units), topic)
        else { return nil }
        let now = core.now
        return { writer in
            writer.event(
                averagePrice: average.price, minutes: average.minutes, symbol: topic.name.symbol,
                closeTime: average.closeTime, at: now)
        }
    }

    /// A number that changes with the trades and the best prices.
    private static func version(of ticker: MarketData.Ticker) -> Int64 {
        (ticker.lastTradeID?.rawValue ?? 0) &* 1_000_003 &+ ticker.book.updateID
    }

    private func isNews(_ version: Int64, _ topic: StreamTopic) -> Bool {
        guard version != topic.lastVersion else { return false }
        topic.lastVersion = version
        return true
    }

    // MARK: Depth

    /// The changes of a book are taken every 100 ms, for the streams of one second they are gathered.
    private func speakOfDepth() {
        guard lastFastDepth == .min || instant - lastFastDepth >= 100 else { return }
        lastFastDepth = instant
        let isSlowDue = lastSlowDepth == .min || instant - lastSlowDepth >= 1000
        if isSlowDue { lastSlowDepth = instant }
        for index in marketTopics.indices {
            let market = MarketID(index)
            let fast = marketTopics[index].filter { $0.name.kind == .depthUpdates(milliseconds: 100) }
            let slow = marketTopics[index].filter { $0.name.kind == .depthUpdates(milliseconds: 1000) }
            guard !fast.isEmpty || !slow.isEmpty else { continue }
            if let update = core.takeDepthUpdate(market) {
                for topic in fast { tell(update, topic) }
                slowDepth[index].add(update)
            }
            if isSlowDue, let update = slowDepth[index].take(market) {
                for topic in slow { tell(update, topic) }
            }
        }
    }

    private func tell(_ update: MarketData.DepthUpdate, _ topic: StreamTopic) {
        let now = core.now
        publish(topic) { writer in writer.event(depth: update, symbol: topic.name.symbol, at: now) }
    }
}
