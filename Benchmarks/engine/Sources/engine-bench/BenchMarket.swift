import Broker
import Market
import Wording

/// A market on which nothing happens: the benchmark writes the candles itself.
struct BenchMarket: MarketDataSource {
    static let symbol = try! Symbol("BTC/USDT")  // a constant that is one

    let venue: VenueName
    let now: @Sendable () -> Timestamp

    func serverTime() -> Timestamp { now() }

    func instruments() -> [Instrument] {
        [
            Instrument(
                symbol: Self.symbol, rules: .unknown, isTrading: true, orderKinds: Set(OrderKindName.allCases),
                hasOrderPairs: true)
        ]
    }

    func candles(_ request: CandleRequest) -> [Candle] { [] }

    func ticker(_ symbol: Symbol) -> Ticker {
        Ticker(symbol: symbol, last: Price(1000), bid: nil, ask: nil, time: now())
    }

    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        // Open and silent for as long as somebody listens.
        let (stream, listener) = AsyncThrowingStream.makeStream(of: MarketEvent.self, throwing: (any Error).self)
        listener.yield(.connected)
        return stream
    }

    func close() {}
}
