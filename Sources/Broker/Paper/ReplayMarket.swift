import Market
import Trading
import Wording

/// History played as if it were happening: one candle after the other closes, for all symbols together.
///
/// `step` moves on by one candle; `run` does so at a speed, by a clock that is given. Sinks are told of a candle and
/// waited for before any stream hears of it, so an order that is placed because of a candle cannot fill inside it.
public actor ReplayMarket: MarketDataSource {
    public typealias Sink = @Sendable (MatchingBar, Symbol) async -> Void

    public nonisolated let venue: VenueName
    public nonisolated let timeframe: Timeframe
    private let markets: [Symbol: Instrument]
    private let series: [Symbol: CandleSeries]
    private var positions: [Symbol: Int] = [:]
    private var now: Timestamp
    /// Numbers of trades rise without a hole, each symbol's for itself.
    private var tradeCounts: [Symbol: Int64] = [:]
    private var sinks: [Sink] = []
    private nonisolated let hub = EventHub<MarketEvent>(limit: MarketEvent.bufferLimit)

    /// - Parameter series: one a market, all of one timeframe.
    public init(
        venue: VenueName, markets: [Instrument], series: [CandleSeries]
    ) throws(BrokerError) {
        guard let first = series.first, series.allSatisfy({ $0.timeframe == first.timeframe }),
            Set(series.map(\.symbol)) == Set(markets.map(\.symbol)), series.count == markets.count
        else {
            throw .unsupported(
                Message(
                    "a replay needs one series of candles a market, all of one timeframe",
                    fr: "un rejeu demande une série de bougies par marché, toutes de la même unité de temps"))
        }
        self.venue = venue
        timeframe = first.timeframe
        self.markets = Dictionary(uniqueKeysWithValues: markets.map { ($0.symbol, $0) })
        self.series = Dictionary(uniqueKeysWithValues: series.map { ($0.symbol, $0) })
        now = series.compactMap(\.firstTime).min() ?? Timestamp(milliseconds: 0)
    }

    /// Has every candle from the next one on told to `sink`, which is waited for.
    public func attach(_ sink: @escaping Sink) {
        sinks.append(sink)
    }

    /// Lets the next candle close, of every symbol that has one then; false when history is over.
    public func step() async -> Bool {
        var next: Timestamp?
        for (symbol, series) in series {
            let position = positions[symbol, default: 0]
            guard position < series.count else { continue }
            let time = Timestamp(milliseconds: series.openTimes[position])
            next = min(next ?? time, time)
        }
        guard let next else { return false }
        var closed: [(Symbol, Candle)] = []
        for symbol in series.keys.sorted() {
            guard let series = series[symbol] else { continue }
            let position = positions[symbol, default: 0]
            guard position < series.count, series.openTimes[position] == next.milliseconds else { continue }
            positions[symbol] = position + 1
            closed.append((symbol, series[position]))
        }
        now = Timestamp(milliseconds: next.milliseconds + timeframe.milliseconds)
        for (symbol, candle) in closed {
            let bar = MatchingBar(
                open: candle.open, high: candle.high, low: candle.low, close: candle.close, time: candle.openTime,
                index: (positions[symbol] ?? 1) - 1)
            for sink in sinks { await sink(bar, symbol) }
        }
        for (symbol, candle) in closed { tell(candle, on: symbol) }
        return true
    }

    /// Steps until history is over or the task is cancelled.
    ///
    /// - Parameters:
    ///   - speed: how many times faster than it happened; above 0.
    ///   - sleep: waits; throws when the task is cancelled.
    public func run(speed: Double, sleep: @Sendable (Duration) async throws -> Void) async throws {
        let pause = Duration.milliseconds(Int64(Double(timeframe.milliseconds) / max(speed, .leastNonzeroMagnitude)))
        while await step() { try await sleep(pause) }
    }

    // MARK: MarketDataSource

    public func serverTime() -> Timestamp { now }

    public func instruments() -> [Instrument] { markets.values.sorted { $0.symbol < $1.symbol } }

    public func candles(_ request: CandleRequest) throws(BrokerError) -> [Candle] {
        let (series, known) = try told(request.symbol)
        guard request.timeframe == timeframe else {
            throw .unsupported(
                Message(
                    "the replay has candles of \(timeframe), not of \(request.timeframe)",
                    fr: "le rejeu a des bougies de \(timeframe), non de \(request.timeframe)"))
        }
        let first = min(series.firstIndex(from: request.from), known)
        let last = min(max(first, series.firstIndex(from: request.to)), known)
        return (first..<min(last, first + max(request.limit, 0))).map { series[$0] }
    }

    public func ticker(_ symbol: Symbol) throws(BrokerError) -> Ticker {
        let (series, known) = try told(symbol)
        guard known > 0, let last = Price(series.closes[known - 1], rounding: .nearest) else {
            throw .retryable(
                Message(
                    "no price of \(symbol) has been played yet", fr: "aucun prix de \(symbol) n'a encore été rejoué"),
                after: nil)
        }
        return Ticker(symbol: symbol, last: last, bid: nil, ask: nil, time: now)
    }

    public nonisolated func marketEvents(
        _ subscriptions: [MarketSubscription]
    ) -> AsyncThrowingStream<MarketEvent, any Error> {
        let wanted = Set(subscriptions)
        return hub.stream(first: [.connected]) { event in
            switch event {
            case .trade(let symbol, _, _): wanted.contains(.trades(symbol))
            case .candle(let symbol, let timeframe, _, _): wanted.contains(.candles(symbol, timeframe))
            case .connected, .disconnected: true
            }
        }
    }

    public func close() { hub.close() }

    private func told(_ symbol: Symbol) throws(BrokerError) -> (CandleSeries, Int) {
        guard let series = series[symbol] else {
            throw .rejected(
                .unknownSymbol, Message("the replay has no \(symbol)", fr: "le rejeu ne connaît pas \(symbol)"))
        }
        return (series, positions[symbol, default: 0])
    }

    /// The candle, and before it four trades that make it: its open, its nearer extreme, the other one, its close.
    private func tell(_ candle: Candle, on symbol: Symbol) {
        let rises = candle.close >= candle.open
        let path = [candle.open, rises ? candle.low : candle.high, rises ? candle.high : candle.low, candle.close]
        var events: [MarketEvent] = []
        for (place, price) in path.enumerated() {
            tradeCounts[symbol, default: 0] += 1
            let time = candle.openTime.milliseconds + Int64(place) * timeframe.milliseconds / 4
            let tick = Tick(
                time: Timestamp(milliseconds: time), price: price, quantity: candle.volume / 4,
                takerSide: rises ? .buy : .sell)
            events.append(.trade(symbol, tick, id: tradeCounts[symbol, default: 0]))
        }
        events.append(.candle(symbol, timeframe, candle, isClosed: true))
        hub.tell(events)
    }
}
