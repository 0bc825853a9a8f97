import Broker
import Market
import Synchronization
import Trading
import Wording

/// A venue's markets whose prices and candles a test sets. Its clock goes on from the time that was set last.
final class ScriptedMarket: MarketDataSource {
    private typealias Listener = (
        symbols: Set<Symbol>, output: AsyncThrowingStream<MarketEvent, any Error>.Continuation
    )

    private struct State {
        var set: Timestamp
        var setAt = ContinuousClock.now
        var prices: [Symbol: Double] = [:]
        var candles: [Symbol: [Timeframe: [Candle]]] = [:]
        var listeners: [Int: Listener] = [:]
        var lastListener = 0
        var lastTrade: Int64 = 0
        var isAway = false

        var now: Timestamp {
            let (seconds, attoseconds) = (ContinuousClock.now - setAt).components
            return Timestamp(
                milliseconds: set.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        }
    }

    let venue: VenueName = .binance
    private let markets: [Instrument]
    private let state: Mutex<State>

    init(_ markets: [Instrument], now: Timestamp) {
        self.markets = markets
        state = Mutex(State(set: now))
    }

    // MARK: What a test does

    var now: Timestamp {
        get { state.withLock(\.now) }
        set {
            state.withLock { state in
                state.set = newValue
                state.setAt = .now
            }
        }
    }

    /// A trade happens.
    func trade(_ symbol: Symbol, _ price: Double) {
        state.withLock { state in
            state.prices[symbol] = price
            state.lastTrade += 1
            let event = MarketEvent.trade(
                symbol, Tick(time: state.now, price: price, quantity: 1), id: state.lastTrade)
            for listener in state.listeners.values where listener.symbols.contains(symbol) {
                listener.output.yield(event)
            }
        }
    }

    /// The price moves, and no stream tells it.
    func quote(_ symbol: Symbol, _ price: Double) { state.withLock { $0.prices[symbol] = price } }

    /// Every stream ends, as when the network breaks, and calls fail until the venue is back.
    func goAway(_ isAway: Bool) {
        let listeners: [Listener] = state.withLock { state in
            state.isAway = isAway
            guard isAway else { return [] }
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.output.finish(throwing: Self.away) }
    }

    func close(_ candle: Candle, _ symbol: Symbol, _ timeframe: Timeframe) {
        state.withLock { $0.candles[symbol, default: [:]][timeframe, default: []].append(candle) }
    }

    /// How many streams are read.
    var listenerCount: Int { state.withLock { $0.listeners.count } }

    static let away = BrokerError.retryable(Message("the venue is away", fr: "la plateforme est absente"), after: nil)

    // MARK: MarketDataSource

    func serverTime() async throws(BrokerError) -> Timestamp {
        try check()
        return now
    }

    func instruments() async throws(BrokerError) -> [Instrument] {
        try check()
        return markets
    }

    func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle] {
        try check()
        return state.withLock { state in
            let all = state.candles[request.symbol]?[request.timeframe] ?? []
            return Array(
                all.filter { $0.openTime >= request.from && $0.openTime < request.to }.prefix(request.limit))
        }
    }

    func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker {
        try check()
        let (price, now) = state.withLock { ($0.prices[symbol], $0.now) }
        guard let price, let last = Price(price, rounding: .nearest) else {
            throw .retryable(Message("no price yet", fr: "pas encore de prix"), after: nil)
        }
        return Ticker(symbol: symbol, last: last, bid: nil, ask: nil, time: now)
    }

    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        let symbols = Set(
            subscriptions.compactMap { subscription -> Symbol? in
                if case .trades(let symbol) = subscription { symbol } else { nil }
            })
        return AsyncThrowingStream { output in
            let number: Int? = state.withLock { state in
                guard !state.isAway else { return nil }
                state.lastListener += 1
                state.listeners[state.lastListener] = (symbols, output)
                output.yield(.connected)
                return state.lastListener
            }
            guard let number else { return output.finish(throwing: Self.away) }
            output.onTermination = { [weak self] _ in
                _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
            }
        }
    }

    func close() async {}

    private func check() throws(BrokerError) {
        if state.withLock({ $0.isAway }) { throw Self.away }
    }
}
