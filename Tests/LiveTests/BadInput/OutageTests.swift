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

/// The database goes away for longer than an engine is taken for alive, while prices move.
@Suite("A database that is away for longer than an engine is taken for alive", .timeLimit(.minutes(5)))
struct OutageTests {
    private static let symbols = ["BTC/USDT", "ETH/USDT"]
    /// How long an engine's call waits for a connection.
    private static let patience = Duration.milliseconds(300)

    /// What was sold at the exchange, of one market.
    private static func sales(_ exchange: LiveExchange, _ symbol: String) async throws -> [ExchangeBooks.Trade] {
        try await exchange.books().trades.filter { $0.symbol == symbol && $0.side == .sell }
    }

    @Test("a stop that is watched goes out all the same, nothing is doubled or lost, and work resumes by itself")
    func serverStops() async throws {
        try await OwnServer.running { server in
            try await LiveExchange.running(watched: "BTCUSDT") { exchange in
                let database = await server.configuration
                try await LiveWorld.with(exchange, symbols: Self.symbols, database: database) { world in
                    try await Self.run(world) { engine in
                        let scene = LiveScene(exchange: exchange, world: world, engine: engine)
                        try await Self.open(scene)
                        try await Self.live(through: server, scene)
                    }
                }
            }
        }
    }

    /// An engine whose calls fail as soon as those of a minute's outage would.
    private static func run(_ world: LiveWorld, _ body: (LiveEngine) async throws -> Void) async throws {
        var configuration = world.configuration
        configuration.acquireTimeout = patience
        let pool = PostgresPool(configuration)
        let vault = try KeyVault(secret: Secret(LiveWorld.secretKey))
        do {
            try await LiveEngine(Store(pool, vault: vault)).whileRunning { engine in
                #expect(try await eventually { try await world.sessions() == 2 })
                try await body(engine)
            }
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    /// The first strategy holds a position whose stop is watched, the second one a pair at the exchange.
    private static func open(_ scene: LiveScene) async throws {
        try await scene.tell(scene.minute(0))
        try await scene.tell(scene.minute(1), [.buyStopped, .buyProtected])
        let isReady = try await eventually {
            let books = try await StoredBooks(scene.world.pool)
            let waits = books.orders.count { $0.side == "sell" && !$0.isOver }
            return try await scene.exchange.books().open.count == 2 && books.positions.count == 2 && waits == 3
        }
        let story = try await scene.world.story()
        #expect(isReady, "\(story)")
        try await scene.checkBooks()
    }

    private static func live(through server: OwnServer, _ scene: LiveScene) async throws {
        let exchange = scene.exchange
        // It may have been decided, written or sent when the server goes: all is possible, and nothing may be lost.
        try await scene.tell(scene.minute(2), [.buyMore, .closeHalf])
        try await server.stop()
        let stopped = ContinuousClock.now
        let dead = EngineOptions(name: "").deadAfter
        let isLong = try await eventually(within: .seconds(60)) {
            scene.engine.service.isFenced && ContinuousClock.now - stopped > dead
        }
        #expect(isLong && scene.engine.service.isAlone)

        // Through the stop of the one, and the target of the other.
        let before = try await sales(exchange, "BTC/USDT").count
        try await exchange.setPrice(970, of: "BTCUSDT")
        try await exchange.setPrice(103, of: "ETHUSDT")
        let isSold = try await eventually { try await sales(exchange, "BTC/USDT").count > before }
        #expect(isSold, "the watched stop has not been sent")
        let isHit = try await eventually { try await exchange.books().open.allSatisfy { $0.symbol != "ETH/USDT" } }
        #expect(isHit)
        // What became of it waits to be written for longer than a call is waited for.
        let sold = ContinuousClock.now
        #expect(try await eventually { ContinuousClock.now - sold > patience * 4 })
        try await server.start()

        // What was bought as the server went may be booked after the rest was sold, and is sold in its turn. Less than
        // a step may be left of each sale.
        var held: [String: FixedDecimal] = [:]
        let isBooked = try await eventually(within: .seconds(60)) {
            held = try await exchange.books().balances
            let isSold = (held["BTC"] ?? 0) < FixedDecimal("0.005")! && (held["ETH"] ?? 0) < FixedDecimal("0.01")!
            return try await StoredBooks(scene.world.pool).positions.isEmpty && isSold
        }
        let story = try await scene.world.story()
        #expect(isBooked, "\(held)\n\(story)")
        try await scene.checkBooks()
        #expect(try await eventually { try await scene.world.alerts().contains("database_away") })

        // The next candles are decided on, by an engine that was not restarted.
        let next = scene.minute(3)
        try await scene.world.close(
            next, prices: ["BTC/USDT": 970, "ETH/USDT": 103], volume: Puppet.volume([.buyStopped, .nothing]))
        #expect(try await eventually { try await scene.world.decisions(on: next) == 2 })
        let isBought = try await eventually { try await StoredBooks(scene.world.pool).positions.count == 1 }
        #expect(isBought)
        try await scene.checkBooks()
    }

    @Test("an engine that alone loses it sends nothing more once another one may have its account")
    func cutOff() async throws {
        try await LiveExchange.running(watched: "BTCUSDT") { exchange in
            try await LiveWorld.with(exchange, symbols: ["BTC/USDT"]) { world in
                let link = try await Link(world)
                do {
                    try await Self.cutOff(exchange, world, link)
                } catch {
                    await link.close()
                    throw error
                }
                await link.close()
            }
        }
    }

    private static func cutOff(_ exchange: LiveExchange, _ world: LiveWorld, _ link: Link) async throws {
        try await LiveEngine(link.store, name: "first").whileRunning { first in
            #expect(try await eventually { try await world.sessions() >= 1 })
            try await LiveEngine(world.store, name: "second").whileRunning { second in
                try await cutOff(first, second, exchange, world, link)
            }
        }
    }

    private static func cutOff(
        _ first: LiveEngine, _ second: LiveEngine, _ exchange: LiveExchange, _ world: LiveWorld, _ link: Link
    ) async throws {
        let scene = LiveScene(exchange: exchange, world: world, engine: first)
        try await scene.tell(scene.minute(0))
        try await scene.tell(scene.minute(1), [.buyStopped])
        #expect(
            try await eventually {
                try await StoredBooks(world.pool).orders.contains { $0.side == "sell" && !$0.isOver }
            })
        // More than the position, or the exchange itself would refuse a second sale.
        try await exchange.server.withExchange { core in
            try core.credit(1, of: Asset("BTC"), to: LiveExchange.account, now: core.now)
        }
        #expect(try await eventually { !first.service.isAlone })
        try #require(first.service.accountIDs == [world.broker.id], "the first engine lost its account before the cut")

        try await link.cut()
        let isTaken = try await eventually(within: .seconds(60)) {
            try await world.sessions() >= 2 && second.service.accountIDs == [world.broker.id]
        }
        #expect(isTaken && first.service.isFenced)
        try await exchange.setPrice(970, of: "BTCUSDT")
        let isClosed = try await eventually { try await StoredBooks(world.pool).positions.isEmpty }
        let story = try await world.story()
        #expect(isClosed, "\(story)")
        // The first one has seen the price too, and can do nothing with it.
        #expect(try await eventually { first.log.contains("not sent: the lease could not be renewed in time") })
        #expect(Set(try await sales(exchange, "BTC/USDT").map(\.order)).count == 1)

        try await link.mend()
        #expect(try await eventually { !first.service.isFenced && first.service.accountIDs.isEmpty })
        let isAgreed = try await eventually {
            // But for what was given above.
            try await world.books(exchange).differences.allSatisfy { $0.hasPrefix("BTC: ") }
        }
        #expect(isAgreed)
        let orders = try await exchange.books().orders.filter { $0.side == .sell }
        #expect(orders.count == 1, "\(orders)")
    }
}

/// One engine's own way to the database, which a test can cut while others reach it.
private final class Link: Sendable {
    let store: Store
    private let world: LiveWorld
    private let role: String

    init(_ world: LiveWorld) async throws {
        // Roles are the server's, which other tests share.
        let role = "link_\(UInt32.random(in: 0...UInt32.max))"
        self.world = world
        self.role = role
        try await world.pool.execute("CREATE ROLE \(identifier: role) LOGIN SUPERUSER")
        var keywords = world.configuration.keywords
        keywords["user"] = role
        let url = keywords.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        store = Store(
            PostgresPool(try PostgresConfiguration(url: url)), vault: try KeyVault(secret: Secret(LiveWorld.secretKey)))
    }

    func cut() async throws {
        try await world.pool.execute("ALTER ROLE \(identifier: role) NOLOGIN")
        try await world.pool.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = \(role)")
    }

    func mend() async throws {
        try await world.pool.execute("ALTER ROLE \(identifier: role) LOGIN")
    }

    func close() async { await store.pool.close() }
}
