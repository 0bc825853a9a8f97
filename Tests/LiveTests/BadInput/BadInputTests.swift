import Broker
import Engine
import Market
import Postgres
import Storage
import TestExchange
import TestSupport
import Testing
import Trading
import Wording
import Worker

/// Everything that may go wrong around an engine: it is told where a user looks, positions stay protected, and the rest
/// goes on.
@Suite("What goes wrong around an engine", .timeLimit(.minutes(5)))
struct BadInputTests {
    private static let symbols = ["BTC/USDT", "ETH/USDT"]

    /// A running engine with two puppets, of which the first holds a protected position.
    private func holding(
        change: @escaping @Sendable (inout EngineOptions) -> Void = { _ in },
        _ body: @Sendable (LiveScene) async throws -> Void
    ) async throws {
        try await LiveExchange.running { exchange in
            try await LiveWorld.with(exchange, symbols: Self.symbols) { world in
                try await LiveEngine.running(world, change: change) { engine in
                    let scene = LiveScene(exchange: exchange, world: world, engine: engine)
                    try await scene.open()
                    try await body(scene)
                }
            }
        }
    }

    @Test("a version that no longer compiles stops its own strategy, says why, and leaves the other one trading")
    func doesNotCompile() async throws {
        try await LiveExchange.running { exchange in
            try await LiveWorld.with(exchange, symbols: Self.symbols) { world in
                // A row as an older program, or a hand, may have written it.
                let broken = try await world.store.strategies.add(
                    world.user, name: "broken", timeframe: .m1, source: "return Strategy {")
                let active = try await world.store.activeStrategies.activate(
                    world.user,
                    NewActiveStrategy(
                        name: "broken", strategy: broken.id, broker: world.broker.id, symbol: try Symbol("BTC/USDT"),
                        timeframe: .m1, capital: Money(100), startsAt: Timestamp(milliseconds: 0)))
                try await LiveEngine(world.store).whileRunning { engine in
                    let failed = try await eventually {
                        try await world.store.activeStrategies.get(world.user, active.id).state == .failed
                    }
                    #expect(failed)
                    let reason = try await world.store.activeStrategies.get(world.user, active.id).reason
                    #expect(reason?.english.contains("expected") == true, "\(reason?.english ?? "no reason")")
                    #expect(try await world.alerts() != [])
                    #expect(try await eventually { try await world.sessions() >= 2 })
                    let scene = LiveScene(exchange: exchange, world: world, engine: engine)
                    try await scene.open()
                }
            }
        }
    }

    @Test("candles that come twice, late or out of order are decided on once, or not at all")
    func candlesOutOfOrder() async throws {
        try await holding { scene in
            let first = scene.minute(2)
            let late = scene.minute(3)
            let next = scene.minute(4)
            try await scene.tell(first)
            try await scene.tell(first)
            // Of candles that wait together only the newest is decided on.
            #expect(try await eventually { try await scene.world.decisions(on: first) == 2 })
            try await scene.tell(next)
            #expect(try await eventually { try await scene.world.decisions(on: next) == 2 })
            // The store knew none of the minute between: it is given up, and comes after all.
            try await scene.tell(late)
            try await scene.tell(scene.minute(5))
            #expect(try await eventually { try await scene.world.decisions(on: scene.minute(5)) == 2 })
            #expect(try await scene.world.decisions(on: first) == 2)
            #expect(try await scene.world.decisions(on: late) == 0)
            #expect(try await scene.world.alerts().contains("late_candle"))
            try await scene.checkBooks()
        }
    }

    @Test("a venue that has less than our position is believed, and the user is told")
    func venueDisagrees() async throws {
        try await holding { scene in
            // Somebody sells by hand: the stop and target go, and the coins with them.
            try await scene.exchange.server.withExchange { core in
                guard let market = core.market(named: "BTCUSDT") else { return }
                _ = try core.cancelAll(market: market, account: LiveExchange.account, now: core.now)
                let held = core.accountState(LiveExchange.account)?.balances.first { $0.asset == Asset("BTC") }?.free
                try core.credit(-(held ?? 0), of: Asset("BTC"), to: LiveExchange.account, now: core.now)
            }
            let isTold = try await eventually {
                try await scene.world.alerts().contains { $0.contains("position") || $0.contains("conflict") }
            }
            let alerts = try await scene.world.alerts()
            #expect(isTold, "alerts: \(alerts)")
            #expect(
                try await eventually {
                    try await StoredBooks(scene.world.pool).positions.allSatisfy { $0.symbol != "BTC/USDT" }
                })
            // The other one goes on.
            try await scene.tell(scene.minute(2), [.nothing, .buyProtected])
            #expect(
                try await eventually {
                    try await StoredBooks(scene.world.pool).positions.contains { $0.symbol == "ETH/USDT" }
                })
        }
    }

    @Test("keys that are revoked while a position is open: told, the stop stays, and all goes on with the keys")
    func keysRevoked() async throws {
        try await holding { scene in
            try await scene.exchange.server.setKey(LiveExchange.key, revoked: true)
            try await scene.tell(scene.minute(2), [.nothing, .buyProtected])
            let isTold = try await eventually {
                try await scene.world.alerts().contains { $0.contains("key") || $0.contains("unauthorised") }
            }
            let alerts = try await scene.world.alerts()
            #expect(isTold, "alerts: \(alerts)")
            #expect(try await scene.exchange.books().open.count == 2)
            try await scene.exchange.server.setKey(LiveExchange.key, revoked: false)
            try await scene.checkBooks()
            // The account may be connected anew at the moment: then a candle goes by.
            var isClosed = false
            for number in 3..<13 where !isClosed {
                try await scene.tell(scene.minute(number), [.close, .nothing])
                isClosed = try await eventually(within: .seconds(5)) {
                    try await StoredBooks(scene.world.pool).positions.allSatisfy { $0.symbol != "BTC/USDT" }
                }
            }
            let story = try await scene.world.story()
            #expect(isClosed, "\(story)")
        }
    }

    @Test("a full disk: nothing is sent that was not written, and it goes on when there is room")
    func diskFull() async throws {
        try await holding { scene in
            let orders = try await scene.exchange.books().orders.count
            try await scene.world.pool.execute("CREATE SEQUENCE tries")
            try await scene.world.pool.execute(
                """
                CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    -- A sequence is not rolled back: it counts the tries.
                    PERFORM nextval('tries');
                    RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100';
                END $$
                """)
            try await scene.world.pool.execute(
                "CREATE TRIGGER disk_full BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION disk_full()")
            try await scene.tell(scene.minute(2), [.nothing, .buyProtected])
            #expect(
                try await eventually {
                    try await scene.world.pool.query("SELECT last_value AS n FROM tries")[0].int("n") > 3
                })
            #expect(try await scene.exchange.books().orders.count == orders)
            try await scene.world.pool.execute("DROP TRIGGER disk_full ON orders")
            try await scene.tell(scene.minute(3))
            #expect(try await eventually { try await scene.world.decisions(on: scene.minute(3)) == 2 })
            try await scene.checkBooks()
        }
    }

    @Test("a database whose connections are cut again and again loses nothing")
    func connectionsCut() async throws {
        try await holding { scene in
            for number in 2..<12 {
                _ = try? await scene.world.pool.query(  // it may end its own pool's connections, and fails then
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
                let orders: [Puppet.Order] = number % 2 == 0 ? [.close, .buyProtected] : [.buyProtected, .close]
                let isTold = try await scene.world.insist {
                    try await scene.tell(scene.minute(number), orders)
                    return true
                }
                #expect(isTold)
            }
            #expect(try await scene.world.insist { try await scene.world.decisions(on: scene.minute(11)) == 2 })
            #expect(try await scene.world.insist { try await scene.world.books(scene.exchange).differences.isEmpty })
            try await scene.checkBooks()
        }
    }

    @Test("a venue whose clock jumps by hours: orders go on")
    func clockJumps() async throws {
        try await holding { scene in
            // Behind, no signal is ever too old.
            let next = try await moreIsBought(scene, from: 2, skew: -5)
            // Ahead, every signal is.
            try await scene.exchange.server.setClockSkew(3 * 3_600_000)
            let minute = scene.minute(next)
            try await scene.tell(minute, [.buyMore])
            #expect(try await eventually { try await scene.world.decisions(on: minute) == 2 })
            try await scene.checkBooks()
            _ = try await moreIsBought(scene, from: next + 1, skew: 0)
        }
    }

    /// With the exchange's clock so many hours ahead. Answers the next minute.
    private func moreIsBought(_ scene: LiveScene, from first: Int, skew hours: Int64) async throws -> Int {
        try await scene.exchange.server.setClockSkew(hours * 3_600_000)
        let before = try await scene.exchange.books().trades.count
        var next = first
        var isBought = false
        // The account may be connected anew at the moment: then a candle goes by.
        while !isBought, next < first + 10 {
            try await scene.tell(scene.minute(next), [.buyMore])
            next += 1
            isBought = try await eventually(within: .seconds(5)) {
                try await scene.exchange.books().trades.count > before
            }
        }
        let story = try await scene.world.story()
        #expect(isBought, "\(hours) hours: \(story)")
        try await scene.checkBooks()
        return next
    }

    @Test("two engines of one name: the second one refuses to start, the first one trades on")
    func sameName() async throws {
        try await holding { scene in
            let second = LiveEngine(scene.world.store)
            let error = try await second.end()
            #expect((error as? StorageError).map { if case .nameTaken = $0 { true } else { false } } == true)
            try await scene.tell(scene.minute(2), [.close])
            #expect(try await eventually { try await scene.world.decisions(on: scene.minute(2)) == 2 })
        }
    }
}

/// An engine at work on an exchange, and what a test does to them.
struct LiveScene: Sendable {
    let exchange: LiveExchange
    let world: LiveWorld
    let engine: LiveEngine
    private let start = Timeframe.m1.openTime(containing: Store.systemTime())

    init(exchange: LiveExchange, world: LiveWorld, engine: LiveEngine) {
        self.exchange = exchange
        self.world = world
        self.engine = engine
    }

    func minute(_ number: Int) -> Timestamp {
        Timestamp(milliseconds: start.milliseconds + Int64(number) * 60_000)
    }

    func tell(_ minute: Timestamp, _ orders: [Puppet.Order] = []) async throws {
        try await world.close(
            minute, prices: ["BTC/USDT": 1000, "ETH/USDT": 100], volume: max(Puppet.volume(orders), 0))
    }

    /// The first strategy buys, and its stop and target stand at the exchange.
    func open() async throws {
        try await tell(minute(0))
        try await tell(minute(1), [.buyProtected])
        let isProtected = try await eventually { try await exchange.books().open.count == 2 }
        let (orders, log) = (try await exchange.books().open, try await world.log())
        #expect(isProtected, "open: \(orders), log: \(log)")
        try await checkBooks()
    }

    /// Before long the exchange's books and ours agree.
    func checkBooks() async throws {
        var differences: [String] = []
        let agree = try await eventually(within: .seconds(60)) {
            differences = try await world.books(exchange).differences
            return differences.isEmpty
        }
        #expect(agree, "\(differences)")
    }
}
