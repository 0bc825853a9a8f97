import BinanceBroker
import Broker
import Engine
import Heartbeat
import Logging
import Market
import Postgres
import Storage
import TestExchange
import TestSupport
import Testing
import Trading
import Transport
import Wording

/// The whole way from a venue's trades to decisions, over a connection that stands and says nothing.
@Suite(.timeLimit(.minutes(5))) struct SilentStreamTests {
    private static let speed = 20.0

    /// Fails where a candle is missing between the one that it decides on and the one before.
    private static let script = """
        local S = Strategy { name = "Watcher", version = "1", timeframe = "1m", warmup = 0, history = 10 }
        function S:on_candle()
          if #self.time > 1 and self.time[0] - self.time[1] ~= 60000 then error("a candle is missing") end
        end
        return S
        """

    @Test("A stream that falls silent is told of and made anew; what was missed is fetched before the next signal")
    func silence() async throws {
        try await Self.exchange { exchange in
            try await LiveWorld.with(exchange, symbols: []) { world in
                let strategy = try await world.store.strategies.add(
                    world.user, name: "watcher", timeframe: .m1, source: Self.script)
                let active = try await world.store.activeStrategies.activate(
                    world.user,
                    NewActiveStrategy(
                        name: "watcher", strategy: strategy.id, broker: world.broker.id,
                        symbol: try Symbol("BTC/USDT"), timeframe: .m1, capital: Money(100),
                        startsAt: Timestamp(milliseconds: 0)))
                try await Self.beating(world, exchange) {
                    let engine = LiveEngine(world.store)
                    do {
                        try await Self.live(world, exchange, active)
                    } catch {
                        // The first error is the one to tell.
                        try? await engine.stop()
                        throw error
                    }
                    try await engine.stop()
                }
            }
        }
    }

    private static func live(_ world: LiveWorld, _ exchange: LiveExchange, _ active: ActiveStrategy) async throws {
        #expect(try await eventually(within: .seconds(60)) { try await decisions(world, active).count >= 2 })
        // Neither trades nor candles come, on a connection that stands; nor can what is missing be fetched.
        _ = try await exchange.server.inject(Fault("STREAM *", .loseEvent))
        _ = try await exchange.server.inject(
            Fault("GET /api/v3/klines", .refuse(status: 503, code: -1000, text: "away", retryAfter: nil)))
        let isTold = try await eventually(within: .seconds(90)) {
            try await world.alerts().contains("stream_silent")
        }
        #expect(isTold)
        let last = try #require(try await minutes(world).last)
        try await exchange.server.removeFaults()

        let isBack = try await eventually(within: .seconds(60)) {
            try await decisions(world, active).contains { decision in
                decision.outcome != "skipped" && decision.open > last.openTime.milliseconds + 3 * 60_000
            }
        }
        let made = try await decisions(world, active)
        let story = try await world.story()
        #expect(isBack, "\(story)")
        // No hole among the candles, and none but fresh ones decided on: the rest was only looked at.
        let kept = try await minutes(world)
        let isWhole = zip(kept, kept.dropFirst()).allSatisfy {
            $0.openTime.milliseconds + 60_000 == $1.openTime.milliseconds
        }
        #expect(isWhole, "\(kept.map(\.openTime))")
        for decision in made where decision.outcome != "skipped" {
            #expect(decision.outcome == "nothing", "\(story)")
        }
        // Of those that came at once the newest may have been decided on, never the oldest.
        let missed = try #require(kept.first { $0.openTime > last.openTime })
        #expect(!made.contains { $0.outcome != "skipped" && $0.open == missed.openTime.milliseconds }, "\(story)")
        #expect(try await world.store.heartbeat.status(world.market)?.isConnected == true)
    }

    // MARK: Scenes

    /// An exchange with an account, faster than time.
    private static func exchange(_ body: @Sendable (LiveExchange) async throws -> Void) async throws {
        let wall = Store.systemTime()
        let start = Timeframe.h1.openTime(containing: wall)
        let setup = MarketSetup(
            MarketDefinition.usual[0],
            source: .synthetic(
                SyntheticMarket.Options(
                    seed: 1, symbol: try Symbol("BTC/USDT"), timeframe: .m1, start: start, count: 100_000,
                    hasGaps: false),
                history: 60))
        var options = TestExchangeOptions(
            markets: [setup],
            accounts: [
                TestExchangeAccount(
                    LiveExchange.account, keys: [TestExchangeKey(LiveExchange.key, .hmac(LiveExchange.secret))],
                    balances: [Asset("USDT"): 1_000])
            ])
        options.clock = ExchangeClock(start: start, wallStart: wall, speed: speed)
        options.limits = .unlimited
        try await TestExchangeServer.running(options) { server, address in
            try await body(LiveExchange(server: server, url: address.rest, accounts: 1))
        }
    }

    /// While a heartbeat makes the candles of the world's market.
    private static func beating(
        _ world: LiveWorld, _ exchange: LiveExchange, _ body: () async throws -> Void
    ) async throws {
        let http = HTTPClient(HTTPClientOptions())
        let source = try BinanceBroker(
            environment: try .custom(baseURL: exchange.url), credentials: nil, http: http, options: BinanceOptions())
        var options = HeartbeatOptions()
        options.clockEvery = .milliseconds(200)
        let service = HeartbeatService(
            market: world.market, source: source, store: world.store, options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let beat = Task { await service.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        beat.cancel()
        await beat.value
        await source.close()
        await http.close()
        try result.get()
    }

    private struct Made: Sendable {
        var open: Int64
        var outcome: String
    }

    private static func decisions(_ world: LiveWorld, _ active: ActiveStrategy) async throws -> [Made] {
        try await world.pool.query(
            """
            SELECT candle_open, outcome FROM decisions WHERE active_strategy_id = \(active.id.number)
            ORDER BY candle_open
            """
        ).map { Made(open: try $0.int64("candle_open"), outcome: try $0.text("outcome")) }
    }

    private static func minutes(_ world: LiveWorld) async throws -> [Candle] {
        try await world.store.heartbeat.history(
            CandleKey(venue: world.market, symbol: try Symbol("BTC/USDT"), timeframe: .m1), last: 10_000)
    }
}
