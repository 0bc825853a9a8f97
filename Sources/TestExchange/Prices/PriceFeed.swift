import Market
import Wording

/// The steps of a market's reference price in order of time, one candle or trade at a time.
struct PriceFeed {
    private enum Source {
        case manual
        case candles(CandleSeries, next: Int)
        case trades([Tick], next: Int)
        case synthetic(SyntheticMarket, Timeframe)
    }

    private var source: Source
    private let path: CandlePath
    /// The steps of the current candle, and how many of them are taken.
    private var steps: [ReferenceTick] = []
    private var taken = 0
    /// The market's history before the start.
    let history: KlineHistory?
    /// The reference price at the start, in ticks.
    let startPrice: Int64

    /// A feed from `start` on. Of a candle that is in progress then, what lies before is left out.
    init(_ source: PriceSource, _ market: MarketDefinition, steps: Int, start: Timestamp) throws(ExchangeSetupError) {
        path = CandlePath(tick: market.tick, lot: market.lot, steps: steps)
        switch source {
        case .manual(let price):
            self.source = .manual
            history = nil
            startPrice = Int64(
                max(
                    1,
                    min(
                        Int128(OrderTerms.mostUnits),
                        price.rounded(toStep: market.tick, rounding: .nearest).units / market.tick.units)))
        case .candles(let series):
            let history = KlineHistory(series, before: start)
            guard let last = Self.priceAtStart(series, history) else { throw Self.empty(market) }
            self.source = .candles(series, next: history.count)
            self.history = history
            startPrice = CandlePath.units(last, market.tick, least: 1)
        case .trades(let trades):
            guard trades.count <= PriceSource.mostTrades else {
                throw ExchangeSetupError(
                    Message(
                        "market \(market.name): \(trades.count) trades to replay, at most \(PriceSource.mostTrades)",
                        fr: "marché \(market.name) : \(trades.count) transactions à rejouer, au plus "
                            + "\(PriceSource.mostTrades)"))
            }
            guard let first = trades.first else { throw Self.empty(market) }
            let next = trades.firstIndex { $0.time >= start } ?? trades.count
            self.source = .trades(trades, next: next)
            history = nil
            startPrice = CandlePath.units(
                next > 0 ? trades[next - 1].price : first.price, market.tick, least: 1)
        case .synthetic(var options, let count):
            let count = max(0, min(count, options.count))
            options.start = Timestamp(
                milliseconds: options.timeframe.openTime(containing: start).milliseconds
                    - Int64(count) * options.timeframe.milliseconds)
            var market = SyntheticMarket(options)
            let series = try Self.past(&market, options, start: start)
            let history = KlineHistory(series.past, before: start)
            self.source = .synthetic(market, options.timeframe)
            self.history = history.count > 0 ? history : nil
            startPrice = CandlePath.units(
                series.past.last?.close ?? series.next.open, path.tick, least: 1)
            path.walk(series.next, length: options.timeframe.milliseconds, into: &self.steps)
        }
        skip(to: start)
    }

    private static func priceAtStart(_ series: CandleSeries, _ history: KlineHistory) -> Double? {
        history.count > 0 ? series.closes[history.count - 1] : series.isEmpty ? nil : series.opens[0]
    }

    private static func empty(_ market: MarketDefinition) -> ExchangeSetupError {
        ExchangeSetupError(
            Message("market \(market.name): nothing to replay", fr: "marché \(market.name) : rien à rejouer"))
    }

    /// The candles that end before the start, and the first one that does not.
    private static func past(
        _ market: inout SyntheticMarket, _ options: SyntheticMarket.Options, start: Timestamp
    ) throws(ExchangeSetupError) -> (past: CandleSeries, next: Candle) {
        var past: [Candle] = []
        while let candle = market.next() {
            guard candle.openTime.milliseconds + options.timeframe.milliseconds > start.milliseconds else {
                past.append(candle)
                continue
            }
            do {
                let series = try CandleSeries(symbol: options.symbol, timeframe: options.timeframe, candles: past)
                return (series, candle)
            } catch {
                throw ExchangeSetupError(error.message)
            }
        }
        throw ExchangeSetupError(
            Message(
                "synthetic market \(options.symbol): \(options.count) candles end before the exchange starts",
                fr: "marché synthétique \(options.symbol) : \(options.count) bougies finissent avant le départ de la "
                    + "bourse"))
    }

    /// When the price moves next; nil when it does not any more by itself.
    mutating func nextTime() -> Timestamp? {
        fill()
        return taken < steps.count ? steps[taken].time : nil
    }

    mutating func next() -> ReferenceTick? {
        fill()
        guard taken < steps.count else { return nil }
        taken += 1
        return steps[taken - 1]
    }

    /// Leaves out the steps before a time, within the one candle that holds it.
    private mutating func skip(to start: Timestamp) {
        fill()
        while taken < steps.count, steps[taken].time < start { taken += 1 }
    }

    private mutating func fill() {
        guard taken == steps.count else { return }
        steps.removeAll(keepingCapacity: true)
        taken = 0
        switch source {
        case .manual: return
        case .candles(let series, let next):
            guard next < series.count else { return }
            path.walk(series[next], length: series.timeframe.milliseconds, into: &steps)
            source = .candles(series, next: next + 1)
        case .trades(let trades, let next):
            guard next < trades.count else { return }
            let trade = trades[next]
            steps.append(
                ReferenceTick(
                    time: trade.time, price: CandlePath.units(trade.price, path.tick, least: 1),
                    lots: trade.quantity > 0 ? CandlePath.units(trade.quantity, path.lot, least: 1) : 0,
                    taker: trade.takerSide))
            source = .trades(trades, next: next + 1)
        case .synthetic(var market, let timeframe):
            guard let candle = market.next() else { return }
            path.walk(candle, length: timeframe.milliseconds, into: &steps)
            source = .synthetic(market, timeframe)
        }
    }
}
