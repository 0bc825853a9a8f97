import Broker
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("aristobot broker and the orders of strategies")
struct StrategyOrderTests {
    private let database: String
    private let program: Program
    private let sealing = ["ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]

    init() async throws {
        database = try await ScratchDatabase.url()
        program = try Program(database: database)
        let ready = try program.run("init")
        #expect(ready.status == 0, "\(ready)")
    }

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Answer {
        try program.run(["broker"] + arguments, sealing.merging(environment) { $1 })
    }

    /// Two orders that were written down and never sent: one of a strategy, one by hand.
    private func writeOrders(_ store: Store) async throws -> (strategys: StoredOrder, manual: StoredOrder) {
        var owned: [StoredBroker] = []
        for user in try await store.users.list() { owned += try await store.brokers.list(user.id) }
        let account = try #require(owned.first)
        let (user, broker) = (account.user, account.id)
        let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "return {}")
        let symbol = try Symbol("BTC/USDT")
        let strategy = try await store.activeStrategies.activate(
            user, NewActiveStrategy(strategy: script.id, broker: broker, symbol: symbol, capital: Money(1000)))
        let engine = try await store.engine.register(name: "e", life: .seconds(3600))
        let lease = try #require(try await store.engine.take(engine).taken.first)
        func request(_ prefix: String) -> OrderRequest {
            OrderRequest(
                clientID: ClientOrderID(prefix: prefix, number: 1), symbol: symbol, side: .buy, instruction: .market,
                amount: .base(Quantity(1)))
        }
        var commit = StrategyCommit(strategy: strategy.id, symbol: symbol)
        commit.orders = [request(strategy.orderPrefix)]
        _ = try await store.engine.commit([commit], under: lease)
        let manual = try await store.orders.add(request("mine"), user, broker)
        let strategys = try #require(try await store.orders.find(user, broker, commit.orders[0].clientID))
        return (strategys, manual)
    }

    @Test("'orders' settles what was sent by hand and leaves to the engine what is a strategy's")
    func reconciles() async throws {
        let exchange = try ExchangeProcess(program)
        let added = try run("add", "test", "--url", exchange.url, environment: exchange.keys)
        #expect(added.status == 0, "\(added)")
        let pool = PostgresPool(try PostgresConfiguration(url: database))
        let store = Store(pool)
        let orders = try await writeOrders(store)
        // The venue knows neither of them.
        let listed = try run("orders", "test")
        #expect(listed.status == 0 && listed.output == "No order waits.\n", "\(listed)")
        let manual = try await store.orders.get(orders.manual.user, orders.manual.id)
        #expect(manual.endedAt != nil)
        let strategys = try await store.orders.get(orders.strategys.user, orders.strategys.id)
        #expect(strategys == orders.strategys)
        await pool.close()
        try exchange.stop()
    }

    @Test("a paper account that an engine has is looked at, and neither taken from it nor traded on by hand")
    func paperOfEngine() async throws {
        let exchange = try ExchangeProcess(program)
        let added = try run("add", "dry", "--kind", "paper", "--url", exchange.url, "--balance", "USDT=5000")
        #expect(added.status == 0, "\(added)")
        let resting = try run("order", "dry", "buy", "BTC/USDT", "--quantity", "0.01", "--limit", "19000")
        #expect(resting.status == 0, "\(resting)")
        let pool = PostgresPool(try PostgresConfiguration(url: database))
        let store = Store(pool)
        let row = try await writeOrders(store).manual
        let paper = store.paper(row.user)
        let taken = try await paper.take(try #require(try await paper.find(row.broker)))
        #expect(try run("balance", "dry").output.contains("190"))
        #expect(try run("orders", "dry").output.contains("limit 19000"))
        #expect(try run("verify", "dry").status == 0)
        let ordered = try run("order", "dry", "buy", "BTC/USDT", "--quantity", "0.01")
        #expect(ordered.status == 1 && ordered.error.contains("is run by engine 'e' now"), "\(ordered)")
        #expect(try run("cancel", "dry", "--all").status == 1)
        // The engine has it still.
        try await paper.commit(
            PaperChanges(nextOrder: taken.snapshot.nextOrder, nextFill: taken.snapshot.nextFill), under: taken.lease)
        for engine in try await store.engine.list() { try await store.engine.leave(engine.id) }
        #expect(try run("cancel", "dry", "--all").output.contains("cancelled"))
        await pool.close()
        try exchange.stop()
    }
}
