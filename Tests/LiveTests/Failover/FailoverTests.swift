import Broker
import Market
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Two engines", .timeLimit(.minutes(5)))
struct FailoverTests {
    @Test("share the accounts; when one is killed the other has all of them within 15 s, positions and stops included")
    func takesOver() async throws {
        try await LiveExchange.running(accounts: 4) { exchange in
            try await LiveWorld.with(exchange, symbols: ["BTC/USDT"], accounts: 4) { world in
                let directory = try ScratchDirectory()
                let one = try runner("one", world, directory)
                let other = try runner("other", world, directory)
                let isShared = try await eventually(within: .seconds(60)) {
                    let owners = try await leases(world)
                    guard owners.count == 4, Set(owners).count == 2 else { return false }
                    return try await areLoaded(world)
                }
                try #require(isShared, "\(one.lastWords) \(other.lastWords)")
                let start = Timeframe.m1.openTime(containing: Store.systemTime())
                try await world.close(start, prices: ["BTC/USDT": 1000], volume: Puppet.volume([.buyProtected]))
                // A stop and a target for each of the four.
                #expect(try await eventually { try await exchange.openOrders() == 8 })

                one.kill()
                #expect(try await one.hasEnded())
                let hasAll = try await eventually(within: .seconds(60)) {
                    guard try await leases(world).allSatisfy({ $0 == "other" }) else { return false }
                    return try await areLoaded(world)
                }
                let owners = try await leases(world)
                #expect(hasAll, "\(owners), \(other.lastWords)")
                #expect(try await gap(after: "one", world) <= 15_000)
                #expect(try await exchange.openOrders() == 8)

                // Through all stops: the survivor books them, whoever bought.
                try await exchange.setPrice(980, of: "BTCUSDT")
                #expect(try await eventually { try await StoredBooks(world.pool).positions.isEmpty })
                let next = Timestamp(milliseconds: start.milliseconds + 60_000)
                try await world.close(next, prices: ["BTC/USDT": 980], volume: Puppet.volume([.buyStopped]))
                #expect(try await eventually { try await world.decisions(on: next) == 4 })
                #expect(try await eventually { try await exchange.openOrders() == 4 })
                other.stop()
                #expect(try await other.hasEnded(), "\(other.lastWords)")
            }
        }
    }

    @Test("a stop that the killed engine watched is sold once by the other, though its price was passed meanwhile")
    func watchedStop() async throws {
        try await LiveExchange.running(watched: "BTCUSDT") { exchange in
            try await LiveWorld.with(exchange, symbols: ["BTC/USDT"]) { world in
                let directory = try ScratchDirectory()
                let one = try runner("one", world, directory)
                #expect(try await eventually(within: .seconds(60)) { try await areLoaded(world) }, "\(one.lastWords)")
                let other = try runner("other", world, directory)
                #expect(try await eventually(within: .seconds(60)) { try await engines(world) == ["one", "other"] })
                let start = Timeframe.m1.openTime(containing: Store.systemTime())
                try await world.close(start, prices: ["BTC/USDT": 1000], volume: Puppet.volume([.buyProtected]))
                // Its stop and its target, which the exchange does not have.
                #expect(
                    try await eventually {
                        try await StoredBooks(world.pool).orders.count { $0.isWatched && !$0.isOver } == 2
                    }, "\(one.lastWords)")
                #expect(try await exchange.openOrders() == 0)

                one.kill()
                #expect(try await one.hasEnded())
                try await exchange.setPrice(980, of: "BTCUSDT")
                #expect(
                    try await eventually(within: .seconds(60)) {
                        try await StoredBooks(world.pool).positions.isEmpty
                    }, "\(other.lastWords)")
                #expect(try await leases(world) == ["other"])
                #expect(try await gap(after: "one", world) <= 15_000)
                let differences = try await world.books(exchange).differences
                #expect(differences == [])
                #expect(try await exchange.books().orders.count { $0.side == .sell && $0.executed.isPositive } == 1)
                other.stop()
                #expect(try await other.hasEnded(), "\(other.lastWords)")
            }
        }
    }

    private func runner(_ name: String, _ world: LiveWorld, _ directory: ScratchDirectory) throws -> RunnerProcess {
        try RunnerProcess(
            "LiveRunner", ["engine", name],
            environment: [
                "DATABASE_URL": world.databaseURL, "ARISTOBOT_SECRET_KEY": LiveWorld.secretKey,
                "LIVE_RUNNER_PACE": "usual",
            ], log: directory.file(name))
    }

    /// Whether whoever has an account now has loaded its strategy: the first engine takes all four and gives two back.
    private func areLoaded(_ world: LiveWorld) async throws -> Bool {
        try await world.pool.query(
            """
            SELECT count(*) = (SELECT count(*) FROM active_strategies) AS loaded
            FROM account_leases l JOIN active_strategies a ON a.broker_id = l.broker_id
            WHERE EXISTS (SELECT FROM strategy_sessions s
                WHERE s.active_strategy_id = a.id AND s.started_at >= l.taken_at)
            """
        ).first?.bool("loaded") ?? false
    }

    /// Milliseconds from the last sign of life of an engine until the last account was taken, by the store's clock.
    private func gap(after engine: String, _ world: LiveWorld) async throws -> Int64 {
        try await world.pool.query(
            """
            SELECT coalesce(max(l.taken_at), 0)::bigint - coalesce(max(e.renewed_at), 0)::bigint AS gap
            FROM account_leases l, engines e WHERE e.name = \(engine)
            """)[0].int64("gap")
    }

    /// Those that live.
    private func engines(_ world: LiveWorld) async throws -> [String] {
        try await world.store.engine.list().filter(\.isAlive).map(\.name).sorted()
    }

    /// Names of the engines that have the accounts.
    private func leases(_ world: LiveWorld) async throws -> [String] {
        try await world.pool.query(
            "SELECT e.name FROM account_leases l JOIN engines e ON e.id = l.engine_id ORDER BY l.broker_id"
        ).map { try $0.text("name") }
    }
}
