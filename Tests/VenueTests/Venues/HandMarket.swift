import Broker
import Market
import Synchronization
import Wording

/// Market data whose prices the test sets.
final class HandMarket: MarketDataSource {
    private struct State {
        var prices: [Symbol: FixedDecimal]
        var isTrading = true
        var trades: Int64 = 0
        var listeners: [AsyncThrowingStream<MarketEvent, any Error>.Continuation] = []
    }

    let venue = VenueName.paper
    private let state: Mutex<State>
    private let candles: CandleSeries
    private let now: @Sendable () -> Timestamp

    init(prices: [Symbol: FixedDecimal], candles: CandleSeries, now: @escaping @Sendable () -> Timestamp) {
        state = Mutex(State(prices: prices))
        self.candles = candles
        self.now = now
    }

    func setTrading(_ isTrading: Bool) { state.withLock { $0.isTrading = isTrading } }
    func price(_ symbol: Symbol) -> FixedDecimal? { state.withLock { $0.prices[symbol] } }

    func setPrice(_ price: FixedDecimal, of symbol: Symbol) {
        let time = now()
        state.withLock { state in
            state.prices[symbol] = price
            state.trades += 1
            let tick = Tick(time: time, price: price.double, quantity: 1)
            let open = Timeframe.m1.openTime(containing: time)
            let candle = Candle(
                openTime: open, open: tick.price, high: tick.price, low: tick.price, close: tick.price, volume: 1)
            for listener in state.listeners {
                listener.yield(.trade(symbol, tick, id: state.trades))
                listener.yield(.candle(symbol, .m1, candle, isClosed: false))
            }
        }
    }

    func serverTime() -> Timestamp { now() }

    func instruments() -> [Instrument] {
        let isTrading = state.withLock { $0.isTrading }
        return [ContractTrial.symbol, ContractTrial.other].map { symbol in
            Instrument(
                symbol: symbol,
                rules: InstrumentRules(
                    quantityStep: Quantity(FixedDecimal("0.00001")!), priceTick: Price(FixedDecimal("0.01")!),
                    minimumQuantity: Quantity(FixedDecimal("0.00001")!), maximumQuantity: Quantity(9000),
                    minimumNotional: Money(5), maximumNotional: Money(9_000_000)),
                isTrading: isTrading || symbol != ContractTrial.symbol, orderKinds: [.market, .limit],
                hasOrderPairs: false)
        }
    }

    func candles(_ request: CandleRequest) throws(BrokerError) -> [Candle] {
        _ = try ticker(request.symbol)
        let closed = candles.slice(from: request.from, to: request.to)
        return Array(closed.prefix(request.limit))
    }

    func ticker(_ symbol: Symbol) throws(BrokerError) -> Ticker {
        guard let price = price(symbol) else {
            throw .rejected(.unknownSymbol, Message("no \(symbol)", fr: "pas de \(symbol)"))
        }
        return Ticker(symbol: symbol, last: Price(price), bid: nil, ask: nil, time: now())
    }

    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        let (stream, listener) = AsyncThrowingStream.makeStream(of: MarketEvent.self, throwing: (any Error).self)
        state.withLock { $0.listeners.append(listener) }
        listener.yield(.connected)
        return stream
    }

    func close() {
        let listeners = state.withLock { $0.listeners }
        for listener in listeners { listener.finish() }
    }
}
