import Broker
import Market
import Postgres
import Storage
import Trading
import Wording

/// A user with a broker, a script, running strategies, and an engine that has the account.
struct LiveAccount {
    var store: Store
    var user: UserID
    var broker: BrokerID
    var script: StoredStrategy
    var strategies: [ActiveStrategy]
    var engine: EngineID
    var lease: AccountLease

    /// Longer than any test takes on a busy machine: engines die by what a test does, not by its slowness.
    static let life = Duration.seconds(3600)
    static let source = "return Strategy { name = \"s\", timeframe = \"1m\" }"

    /// In a database of its own.
    static func with(
        strategies: Int = 1, _ body: (Store, inout LiveAccount) async throws -> Void
    ) async throws {
        try await ScratchStore.with { store in
            var account = try await make(store, strategies: strategies)
            try await body(store, &account)
        }
    }

    static func make(_ store: Store, name: String = "dev", strategies count: Int = 1) async throws -> LiveAccount {
        let user = try await store.users.add(name).id
        let broker = try await store.brokers.add(user, name: "b", venue: .binance).id
        let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: source)
        var strategies: [ActiveStrategy] = []
        for place in 0..<count {
            strategies.append(try await activate(store, user, broker, script.id, name: "run \(place)"))
        }
        let engine = try await store.engine.register(name: "engine-of-\(name)", life: life)
        guard let lease = try await store.engine.take(engine).taken.first(where: { $0.broker == broker }) else {
            throw StorageError.notFound(Message("no lease", fr: "pas de bail"))
        }
        return LiveAccount(
            store: store, user: user, broker: broker, script: script, strategies: strategies, engine: engine,
            lease: lease)
    }

    static func activate(
        _ store: Store, _ user: UserID, _ broker: BrokerID, _ script: StrategyID, name: String? = nil,
        symbol: String = "BTC/USDT", feeds: [StrategyFeed] = []
    ) async throws -> ActiveStrategy {
        try await store.activeStrategies.activate(
            user,
            NewActiveStrategy(
                name: name, strategy: script, broker: broker, symbol: try Symbol(symbol), capital: Money(1000),
                feeds: feeds, seed: .max - 1))
    }

    var id: ActiveStrategyID { strategies[0].id }
    var symbol: Symbol { strategies[0].symbol }

    func empty(_ place: Int = 0) -> StrategyCommit {
        StrategyCommit(strategy: strategies[place].id, symbol: strategies[place].symbol)
    }

    func order(_ number: Int, revision: Int = 0, side: Side = .buy, place: Int = 0) -> OrderRequest {
        OrderRequest(
            clientID: ClientOrderID(prefix: strategies[place].orderPrefix, number: number, revision: revision),
            symbol: strategies[place].symbol, side: side, instruction: .market, amount: .base(Quantity(2)))
    }

    mutating func commit(_ commits: [StrategyCommit]) async throws {
        lease = try await store.engine.commit(commits, under: lease)
    }

    /// How many rows a table has.
    static func count(_ table: String, _ store: Store) async throws -> Int {
        try await store.pool.query("SELECT count(*) AS n FROM \(identifier: table)")[0].int("n")
    }
}

extension DecisionRecord {
    static func sample(_ minute: Int, outcome: Outcome = .nothing) -> DecisionRecord {
        DecisionRecord(
            candleOpen: Timestamp(milliseconds: Timestamp.start.milliseconds + Int64(minute) * 60_000),
            outcome: outcome, decidedAt: Timestamp(milliseconds: 1_700_000_000_000), version: 1, session: 1)
    }
}
