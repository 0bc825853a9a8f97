import Broker
import Engine
import Foundation
import Logging
import Market
import Postgres
import Storage
import StrategyHost
import Synchronization
import TestSupport
import Trading
import Wording
import Worker

/// A database, one user with one paper account on a scripted market, and engines on demand.
final class EngineRig: Sendable {
    static let symbol = try! Symbol("BTC/USDT")
    static let start = Timestamp(milliseconds: 1_704_067_200_000)
    static let rules = InstrumentRules(
        quantityStep: Quantity(FixedDecimal("0.00001")!), priceTick: Price(FixedDecimal("0.01")!),
        minimumQuantity: Quantity(FixedDecimal("0.00001")!), minimumNotional: Money(5))

    let store: Store
    let market: ScriptedMarket
    let user: User
    let account: StoredBroker
    private let paper: PaperAccountID
    private let state = Mutex(State())

    private struct State {
        var brokers: [FaultyBroker] = []
        var engines: [String: (service: EngineService, task: Task<Void, any Error>)] = [:]
        var refusal: (any Error)?
        var failure: (error: BrokerError, sparesMarkets: Bool)?
        var executorFailure: (any Error)?
        var offer: (kinds: Set<OrderKindName>, pairs: Bool)?
        var executors: [CountingExecutor] = []
    }

    private init(_ store: Store, cash: Money) async throws {
        self.store = store
        market = ScriptedMarket(
            [
                Instrument(
                    symbol: Self.symbol, rules: Self.rules, isTrading: true,
                    orderKinds: Set(OrderKindName.allCases), hasOrderPairs: true)
            ], now: Self.start)
        user = try await store.users.add("dev")
        account = try await store.brokers.add(
            user.id, name: "paper", venue: .paper, settings: BrokerSettings(options: ["market": "binance"]))
        paper = try await store.paper(user.id).create(
            account.id,
            PaperAccountSettings(
                fees: FeeRates(maker: FixedDecimal("0.001")!, taker: FixedDecimal("0.001")!), marketFill: .lastPrice),
            balances: ["USDT": cash.value])
        market.trade(Self.symbol, 20_000)
    }

    static func with(
        cash: Money = Money(100_000), _ body: @Sendable (EngineRig) async throws -> Void
    ) async throws {
        let (template, admin) = try await Self.template.value
        let name = "engine_\(Self.databases.add(1, ordering: .relaxed).newValue)"
        try await admin.execute(
            "CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)", timeout: .seconds(120))
        var configuration = admin.configuration.with(database: name)
        configuration.poolSize = 8
        let pool = PostgresPool(configuration)
        let rig = try await EngineRig(Store(pool), cash: cash)
        var result: Result<Void, any Error>
        do {
            result = .success(try await body(rig))
        } catch {
            result = .failure(error)
        }
        do {
            try await rig.stopAll()
        } catch {
            // The first error is the one to tell.
            if case .success = result { result = .failure(error) }
        }
        await pool.close()
        try result.get()
    }

    /// A database with the schema, which all others are copies of.
    private static let template = Task {
        let configuration = try await ScratchPostgres.database()
        let pool = PostgresPool(configuration)
        try await Store(pool).migrate()
        await pool.close()
        return (name: configuration.database, admin: PostgresPool(try await ScratchPostgres.database()))
    }
    private static let databases = Atomic<Int>(0)

    // MARK: Engines

    static func options(_ name: String) -> EngineOptions {
        var options = EngineOptions(name: name)
        options.takeInterval = .milliseconds(100)
        options.signalInterval = .milliseconds(200)
        options.tickInterval = .milliseconds(50)
        options.longestPause = .milliseconds(200)
        options.unknownSettle = .zero
        return options
    }

    /// Of an engine that never says again that it lives, and is not stopped by its own clock.
    static func fallSilent(_ options: inout EngineOptions) {
        options.renewInterval = .seconds(3600)
        // Looking for accounts says it too. Those that are there at the start are taken at the start.
        options.takeInterval = .seconds(3600)
        options.fenceAfter = .seconds(600)
        options.deadAfter = .seconds(601)
    }

    /// Every engine so far counts as dead, unless it says that it lives.
    func declareDead() async throws {
        try await store.pool.execute("UPDATE engines SET renewed_at = renewed_at - 700000, started_at = 0")
    }

    /// What engines have logged.
    let log = LogBook()

    @discardableResult
    func run(
        _ name: String = "one", probe: EngineProbe = .none, workers: WorkerPool? = nil,
        edit: (inout EngineOptions) -> Void = { _ in }
    ) -> EngineService {
        var options = Self.options(name)
        edit(&options)
        let service = EngineService(
            store: store,
            executors: { [self] user in
                if let failure = state.withLock({ $0.executorFailure }) { throw failure }
                let tenant = TenantNumber(user.number)
                let executor = CountingExecutor(try workers?.executor(for: tenant) ?? InProcessExecutor())
                state.withLock { $0.executors.append(executor) }
                return executor
            }, connectors: Connector(rig: self), options: options, probe: probe,
            logger: log.logger)
        let task = Task { try await service.run() }
        state.withLock { $0.engines[name] = (service, task) }
        return service
    }

    /// The engine named `one`.
    var engine: EngineService? { state.withLock { $0.engines["one"]?.service } }

    /// Ends an engine in order; throws what it threw.
    func stop(_ name: String = "one") async throws {
        guard let engine = state.withLock({ $0.engines.removeValue(forKey: name) }) else { return }
        engine.task.cancel()
        try await ending("engine \(name) stops", of: engine.task).get()
    }

    /// Waits until an engine has ended by itself; throws what it threw.
    func wait(for name: String) async throws {
        guard let task = state.withLock({ $0.engines[name]?.task }) else { return }
        try await ending("engine \(name) ends", of: task).get()
    }

    /// Throws when one does not stop. The test has failed or is over: what else an engine says of its end is of no
    /// interest any more.
    private func stopAll() async throws {
        let engines = state.withLock { state in
            defer { state.engines = [:] }
            return state.engines
        }
        for engine in engines.values { engine.task.cancel() }
        for (name, engine) in engines { _ = try await ending("engine \(name) stops", of: engine.task) }
    }

    /// The newest connection.
    var broker: FaultyBroker? { state.withLock { $0.brokers.last } }
    var connections: Int { state.withLock { $0.brokers.count } }
    var executor: CountingExecutor? { state.withLock { $0.executors.last } }

    /// What the venue offers, from the next connection on.
    func offer(_ kinds: Set<OrderKindName>, pairs: Bool) { state.withLock { $0.offer = (kinds, pairs) } }

    /// Nobody reaches the database while `body` runs.
    func withoutDatabase(_ body: @Sendable () async throws -> Void) async throws {
        let name = store.pool.configuration.database
        let (_, admin) = try await Self.template.value
        try await admin.execute("ALTER DATABASE \(identifier: name) ALLOW_CONNECTIONS false")
        try await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(name)")
        try await body()
        try await admin.execute("ALTER DATABASE \(identifier: name) ALLOW_CONNECTIONS true")
    }

    /// Engines can neither renew their leases nor commit while `body` runs; all else works.
    func withoutLeases(_ body: @Sendable () async throws -> Void) async throws {
        let (_, admin) = try await Self.template.value
        let pool = PostgresPool(admin.configuration.with(database: store.pool.configuration.database))
        let result: Result<Void, any Error>
        do {
            try await pool.transaction { connection in
                // In the order of whoever takes accounts, so that the two never wait for each other.
                try await connection.execute("LOCK TABLE engines, account_leases IN ACCESS EXCLUSIVE MODE")
                try await body()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await pool.close()
        try result.get()
    }

    /// More accounts of the user, for strategies that place no orders.
    func addAccounts(_ count: Int) async throws -> [BrokerID] {
        var accounts: [BrokerID] = []
        for number in 1...count {
            let added = try await store.brokers.add(
                user.id, name: "paper \(number)", venue: .paper,
                settings: BrokerSettings(options: ["market": "binance"]))
            accounts.append(added.id)
        }
        return accounts
    }

    /// Connections fail with it until nil is given.
    func refuse(_ error: (any Error)?) { state.withLock { $0.refusal = error } }

    /// Every call on every connection fails with it; once nil is given, those that are made from then on work.
    func failAccount(_ error: BrokerError?, sparingMarkets: Bool = true) {
        let brokers: [FaultyBroker] = state.withLock { state in
            state.failure = error.map { ($0, sparingMarkets) }
            return error == nil ? [] : state.brokers
        }
        for broker in brokers { broker.failAll(error, sparingMarkets: sparingMarkets) }
    }

    /// No executor can be made until nil is given.
    func refuseExecutors(_ error: (any Error)?) { state.withLock { $0.executorFailure = error } }

    private struct Connector: AccountConnector {
        let rig: EngineRig

        func connect(_ broker: StoredBroker) async throws -> any Broker {
            if let refusal = rig.state.withLock({ $0.refusal }) { throw refusal }
            let paper = try await PaperBroker(
                account: rig.paper, in: rig.store.paper(rig.user.id), prices: rig.market,
                options: PaperBrokerOptions(closesMarketData: false, firstPause: .milliseconds(20)) { [rig] in
                    rig.market.now
                })
            let faulty = FaultyBroker(paper)
            if let offer = rig.state.withLock({ $0.offer }) { faulty.offer(offer.kinds, pairs: offer.pairs) }
            rig.state.withLock { state in
                if let failure = state.failure {
                    faulty.failAll(failure.error, sparingMarkets: failure.sparesMarkets)
                }
                state.brokers.append(faulty)
            }
            return faulty
        }
    }

    // MARK: Strategies and candles

    /// Enters a script and activates it on minutes, with 10,000 to trade with.
    ///
    /// One wish to change instead of a parameter for each of its fields: an async method with so many of them was
    /// compiled wrongly by Swift 6.3.
    func activate(
        _ source: String, name: String, edit: (inout NewActiveStrategy) -> Void = { _ in }
    ) async throws -> ActiveStrategy {
        let stored = try await store.strategies.add(
            user.id, name: "script of \(name)", timeframe: .m1, source: source)
        var wish = NewActiveStrategy(
            name: name, strategy: stored.id, broker: account.id, symbol: Self.symbol, timeframe: .m1,
            capital: Money(10_000), startsAt: Self.start)
        edit(&wish)
        return try await store.activeStrategies.activate(user.id, wish)
    }

    /// A strategy that holds a position with its stop and target at the venue, on an engine named `one`.
    func open(_ source: String, edit: (inout EngineOptions) -> Void = { _ in }) async throws -> ActiveStrategy {
        let strategy = try await activate(source, name: "trader")
        run(edit: edit)
        try await loaded(strategy)
        try await close(0, 19_990, 20_000)
        try await until("a protected position") {
            let open = try await self.broker?.base.openOrders(on: nil).count
            let position = try await self.position(strategy)
            return open == 2 && position != nil
        }
        return strategy
    }

    /// A strategy that counts and has decided on its first candle, on an engine named `one`.
    func count() async throws -> ActiveStrategy {
        let strategy = try await activate(Scripts.counter, name: "counter")
        run()
        try await loaded(strategy)
        try await close(0, 100, 101)
        try await until("a decision") { try await self.decisions(strategy).count == 1 }
        return strategy
    }

    /// Waits until an engine has loaded the strategy's script for the n-th time.
    func loaded(_ strategy: ActiveStrategy, session: Int = 1) async throws {
        try await until("\(strategy.name) is loaded") {
            try await self.get(strategy).session >= session
        }
    }

    func get(_ strategy: ActiveStrategy) async throws -> ActiveStrategy {
        try await store.activeStrategies.get(user.id, strategy.id)
    }

    /// A candle of so many minutes after the start closes and is signalled.
    func close(_ minute: Int, _ open: Double, _ close: Double, symbol: Symbol = EngineRig.symbol) async throws {
        let time = Timestamp(milliseconds: Self.start.milliseconds + Int64(minute) * 60_000)
        let candle = Candle(
            openTime: time, open: open, high: max(open, close), low: min(open, close), close: close, volume: 1)
        try await store.heartbeat.record(
            HeartbeatPulse(candles: [
                ClosedCandle(
                    key: CandleKey(venue: .binance, symbol: symbol, timeframe: .m1), candle: candle, tradeCount: 1,
                    closedAt: Timestamp(milliseconds: time.milliseconds + 60_000), isSignalled: true)
            ]))
    }

    // MARK: What came of it

    func orders(_ strategy: ActiveStrategy) async throws -> [StoredOrder] {
        try await store.orders.list(user.id, broker: account.id, limit: 1_000)
            .filter { $0.origin == .strategy(strategy.id) }.sorted { $0.id < $1.id }
    }

    func position(_ strategy: ActiveStrategy) async throws -> StoredPosition? {
        try await store.positions.open(user.id).first { $0.activeStrategy == strategy.id }
    }

    func decisions(_ strategy: ActiveStrategy) async throws -> [StoredDecision] {
        try await store.decisions.list(user.id, of: strategy.id).sorted {
            $0.record.candleOpen < $1.record.candleOpen
        }
    }

    func alerts() async throws -> [StoredAlert] { try await store.alerts.list(user.id) }

    /// Alerts of a code, the newest first.
    func alerts(_ code: String) async throws -> [Alert] { try await alerts().map(\.alert).filter { $0.code == code } }

    /// Asks a running engine for something and waits for its answer.
    func command(_ order: StrategyCommand.Order, _ strategy: ActiveStrategy) async throws -> StrategyCommand {
        let submitted = try await store.activeStrategies.submit(order, user.id, strategy.id)
        try await until("\(order.kind) is carried out") {
            try await self.store.activeStrategies.command(self.user.id, submitted.id).state != .pending
        }
        return try await store.activeStrategies.command(user.id, submitted.id)
    }
}
