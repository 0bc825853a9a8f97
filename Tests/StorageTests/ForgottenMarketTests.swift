import Broker
import Market
import Postgres
import Testing

@testable import Storage

@Suite struct ForgottenMarketTests {
    @Test func `a market that nobody trades on is forgotten, piece by piece, and another one stays`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("demo").id
            let demo = try #require(VenueName("demo-20260102030405"))
            let used = try #require(VenueName("demo-20260102030406"))
            _ = try await store.brokers.add(
                user, name: "used", venue: .binance, settings: BrokerSettings(options: ["market": used.text]))
            for market in [demo, used, .binance] {
                let candles = try (0..<25).map { place in
                    ClosedCandle(
                        key: CandleKey(venue: market, symbol: try Symbol("BTC/USDT"), timeframe: .m1),
                        candle: Candles.candle(place), tradeCount: 1, closedAt: .start, isSignalled: true)
                }
                let status = HeartbeatStatus(market: market, isConnected: true, isCoherent: true)
                try await store.heartbeat.record(HeartbeatPulse(candles: candles, status: status))
                _ = try await store.heartbeat.offer(nil, as: "one", of: market)
            }
            #expect(try await store.heartbeat.unusedMarkets(prefix: "demo-") == [demo])
            #expect(try await store.heartbeat.forget(demo, batch: 10, batches: 4) == false)
            #expect(try await store.heartbeat.forget(demo, batch: 10, batches: 100))
            #expect(try await store.heartbeat.unusedMarkets(prefix: "demo-").isEmpty)
            #expect(try await store.candles.list().map(\.key.venue) == [.binance, used])
            #expect(try await store.candles.list().map(\.count) == [25, 25])
            #expect(try await store.heartbeat.signals(after: SignalID(0)).count == 50)
            #expect(try await store.heartbeat.statuses().map(\.market) == [.binance, used])
            #expect(try await store.heartbeat.runners().map(\.market) == [.binance, used])
            #expect(
                try await store.pool.query("SELECT count(*) AS n FROM candle_series")[0].int("n") == 2)
        }
    }
}
