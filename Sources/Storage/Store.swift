import Glibc
import Market
import Postgres

/// All that is kept in PostgreSQL, by subject. Everything that belongs to a user is asked for with a `UserID`.
public final class Store: Sendable {
    public let pool: PostgresPool
    /// What time it is, for the columns that say when a row was written.
    let now: @Sendable () -> Timestamp
    private let migrations: [Migration]

    /// Opens without a look at the schema; what is asked before `migrate` fails.
    ///
    /// - Parameter vault: opens and seals keys of brokers; without one, calls that need it throw.
    public init(
        _ pool: PostgresPool, vault: KeyVault? = nil, migrations: [Migration] = Migration.all,
        now: @escaping @Sendable () -> Timestamp = Store.systemTime
    ) {
        self.pool = pool
        self.now = now
        self.migrations = migrations
        users = UserRepository(pool: pool, vault: vault, now: now)
        brokers = BrokerRepository(pool: pool, vault: vault, now: now)
        candles = CandleStore(pool: pool)
        instruments = InstrumentRepository(pool: pool, now: now)
        orders = OrderRepository(pool: pool, now: now)
        fills = FillRepository(pool: pool, now: now)
        journal = TradeJournal(pool: pool, now: now)
        positions = PositionRepository(pool: pool, now: now)
        strategies = StrategyRepository(pool: pool, now: now)
        activeStrategies = ActiveStrategyRepository(pool: pool, now: now)
        decisions = DecisionRepository(pool: pool)
        strategyLog = StrategyLogRepository(pool: pool)
        engine = EngineRepository(pool: pool, now: now)
        heartbeat = HeartbeatRepository(pool: pool, now: now)
        alerts = AlertRepository(pool: pool, now: now)
        audit = AuditRepository(pool: pool, now: now)
        status = StatusRepository(pool: pool)
    }

    public let users: UserRepository
    public let brokers: BrokerRepository
    public let candles: CandleStore
    public let instruments: InstrumentRepository
    public let orders: OrderRepository
    public let fills: FillRepository
    public let journal: TradeJournal
    public let positions: PositionRepository
    public let strategies: StrategyRepository
    public let activeStrategies: ActiveStrategyRepository
    public let decisions: DecisionRepository
    public let strategyLog: StrategyLogRepository
    public let engine: EngineRepository
    public let heartbeat: HeartbeatRepository
    public let alerts: AlertRepository
    public let audit: AuditRepository
    public let status: StatusRepository

    /// Opens a database that has the program's schema; a `MigrationError` says what is wrong with another one.
    public static func open(
        _ pool: PostgresPool, vault: KeyVault? = nil, now: @escaping @Sendable () -> Timestamp = Store.systemTime
    ) async throws -> Store {
        let store = Store(pool, vault: vault, now: now)
        try await store.migrator.check()
        return store
    }

    /// Brings the schema up to date; answers the numbers of the steps that were missing.
    ///
    /// - Parameter patience: how long another process that does the same is waited for.
    @discardableResult
    public func migrate(
        patience: Duration = .seconds(60), progress: @escaping @Sendable (MigrationProgress) -> Void = { _ in }
    ) async throws -> [Int] {
        var migrator = migrator
        migrator.patience = patience
        return try await migrator.run(progress)
    }

    private var migrator: Migrator {
        Migrator(pool: pool, plan: MigrationPlan(migrations), now: now)
    }

    /// The system's clock.
    public static func systemTime() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
