import Broker
import Market
import Postgres
import Storage
import TestExchange
import TestSupport
import Testing
import Trading
import Wording

@Suite("Two heartbeats of one market", .timeLimit(.minutes(5)))
struct HeartbeatTakeoverTests {
    @Test("when the one at work is killed the other goes on: no minute is missing and each signal is told once")
    func killed() async throws {
        let (options, start) = try VenueCandles.exchange(speed: 60)
        try await TestExchangeServer.running(options) { server, address in
            let configuration = try await ScratchPostgres.database()
            let pool = PostgresPool(configuration)
            let store = Store(pool, vault: try KeyVault(secret: Secret(LiveWorld.secretKey)))
            try await store.migrate()
            let kept = VenueCandles(market: try await Self.trade(address.rest, store), store: store)
            let directory = try ScratchDirectory()
            var runners: [String: RunnerProcess] = [:]
            for name in ["one", "two"] { runners[name] = try Self.runner(name, configuration, directory) }
            // The second time whoever took over dies, and one that was started since is next.
            for (reached, name) in [(8, "three"), (20, "four")] {
                try await kept.reach(reached, "BTC/USDT")
                let worker = try #require(try await Self.worker(pool))
                runners[worker]?.kill()
                #expect(try await runners[worker]?.hasEnded() ?? false)
                runners[name] = try Self.runner(name, configuration, directory)
                let isReplaced = try await eventually(within: .seconds(60)) {
                    guard let next = try await Self.worker(pool) else { return false }
                    return next != worker
                }
                #expect(isReplaced, "after \(worker)")
            }
            for symbol in VenueCandles.symbols {
                try await kept.reach(32, symbol)
                for timeframe in [Timeframe.m1, .m3, .m5] {
                    try await kept.compare(symbol, timeframe, server, from: start)
                    try await Self.checkSignals(symbol, timeframe, kept)
                }
            }
            for runner in runners.values { runner.kill() }
            await pool.close()
            try await ScratchPostgres.drop(configuration)
        }
    }

    /// A user with a strategy on each symbol; answers the market's name.
    private static func trade(_ url: String, _ store: Store) async throws -> VenueName {
        let user = try await store.users.add("trader")
        let strategy = try await store.strategies.add(user.id, name: "puppet", timeframe: .m1, source: Puppet.script)
        let broker = try await store.brokers.add(
            user.id, name: "exchange", venue: .binance, settings: BrokerSettings(baseURL: url))
        for symbol in VenueCandles.symbols {
            _ = try await store.activeStrategies.activate(
                user.id,
                NewActiveStrategy(
                    name: symbol, strategy: strategy.id, broker: broker.id, symbol: try Symbol(symbol),
                    timeframe: .m1, capital: Money(5000), startsAt: Timestamp(milliseconds: 0)))
        }
        return broker.marketVenue
    }

    private static func runner(
        _ name: String, _ configuration: PostgresConfiguration, _ directory: ScratchDirectory
    ) throws -> RunnerProcess {
        let url = configuration.keywords.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }
        return try RunnerProcess(
            "LiveRunner", ["heartbeat", name],
            environment: [
                "DATABASE_URL": url.joined(separator: " "), "ARISTOBOT_SECRET_KEY": LiveWorld.secretKey,
            ], log: directory.file(name))
    }

    /// Who is at work, as far as its life goes.
    private static func worker(_ pool: PostgresPool) async throws -> String? {
        try await pool.query(
            """
            SELECT name FROM heartbeat_runners WHERE is_at_work AND renewed_at + life > clock_milliseconds()
            """
        ).first?.text("name")
    }

    /// From the first that was told on, every candle was told, once.
    private static func checkSignals(_ symbol: String, _ timeframe: Timeframe, _ kept: VenueCandles) async throws {
        let told = try await kept.store.heartbeat.signals(after: SignalID(0), limit: 10_000)
            .filter { $0.key.symbol.description == symbol && $0.key.timeframe == timeframe }
            .map(\.candle.openTime)
        let first = try #require(told.min(), "\(symbol) \(timeframe)")
        let last = try #require(told.max())
        let stored = try await kept.stored(symbol, timeframe).map(\.openTime).filter { first <= $0 && $0 <= last }
        #expect(told.sorted() == stored, "\(symbol) \(timeframe)")
        #expect(stored.count > 5, "\(symbol) \(timeframe)")
    }
}
