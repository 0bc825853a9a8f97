import Market
import Postgres
import Synchronization
import TestSupport
import Testing
import Wording

@testable import Storage

@Suite struct MigrationTests {
    private func store(_ pool: PostgresPool, _ migrations: [Migration] = Migration.all) -> Store {
        Store(pool, migrations: migrations)
    }

    private let small = [
        Migration(number: 1, name: "first", statements: ["CREATE TABLE one (a int)"]),
        Migration(number: 2, name: "second", statements: ["CREATE TABLE two (a int)", "INSERT INTO two VALUES (1)"]),
    ]

    @Test func `an empty database gets the whole schema, and a second run finds nothing to do`() async throws {
        try await ScratchPostgres.withPool { pool in
            let steps = Mutex<[MigrationProgress]>([])
            let store = store(pool)
            let applied = try await store.migrate { step in steps.withLock { $0.append(step) } }
            #expect(applied == Migration.all.map(\.number))
            #expect(try await store.migrate() == [])
            let seen = steps.withLock { $0 }
            #expect(seen.filter(\.isDone).map(\.number) == applied)
            #expect(seen.allSatisfy { $0.total == applied.count })
            #expect(seen.map(\.position) == applied.indices.flatMap { [$0 + 1, $0 + 1] })
            _ = try await Store.open(pool)
        }
    }

    @Test func `strategies of before the live engine keep running under names of their own`() async throws {
        try await ScratchPostgres.withPool { pool in
            try await store(pool, Migration.all.filter { $0.number < 11 }).migrate()
            try await pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        BEGIN;
                        INSERT INTO users (name, created_at) VALUES ('one', 1);
                        INSERT INTO brokers (user_id, name, venue, created_at) VALUES (1, 'b', 'binance', 1);
                        INSERT INTO strategies (user_id, name, timeframe, current_version, created_at, updated_at)
                            VALUES (1, 's', '1h', 1, 1, 1);
                        INSERT INTO strategy_versions (user_id, strategy_id, version, source, created_at)
                            VALUES (1, 1, 1, 'return', 1);
                        INSERT INTO active_strategies (user_id, strategy_id, version, broker_id, symbol, timeframe,
                            starts_at, created_at)
                        SELECT 1, 1, 1, 1, 'BTC/USDT', '1h', 1, 1 FROM generate_series(1, 3);
                        INSERT INTO decisions (user_id, active_strategy_id, candle_open, outcome, decided_at)
                            VALUES (1, 1, 0, 'nothing', 1);
                        COMMIT;
                        """)
            }
            let store = store(pool)
            #expect(try await store.migrate() == Migration.all.map(\.number).filter { $0 >= 11 })
            let strategies = try await store.activeStrategies.list(UserID(1))
            #expect(strategies.map(\.name) == ["strategy 3", "strategy 2", "strategy 1"])
            #expect(strategies.allSatisfy { $0.capital == Money(1000) && $0.state == .active && $0.feeds.isEmpty })
            #expect(try await store.strategies.versions(UserID(1), StrategyID(1)).first?.sourceHash.count == 32)
            #expect(try await store.decisions.list(UserID(1)).map(\.record.session) == [0])
        }
    }

    @Test func `a database that lacks steps is refused until it is migrated`() async throws {
        try await ScratchPostgres.withPool { pool in
            _ = await #expect(
                throws: MigrationError.databaseIsOlder(database: 0, program: Migration.all.last?.number ?? 0)
            ) {
                _ = try await Store.open(pool)
            }
        }
    }

    @Test func `two processes that migrate at once share the work`() async throws {
        var configuration = try await ScratchPostgres.database()
        configuration.poolSize = 2
        let pools = [PostgresPool(configuration), PostgresPool(configuration)]
        let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
            for pool in pools { group.addTask { try await Store(pool).migrate() } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == Migration.all.map(\.number))
        for pool in pools { await pool.close() }
    }

    @Test func `another migration is waited for within the bound, and named`() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.transaction { holder in
                try await holder.execute("SELECT pg_advisory_xact_lock(\(Migrator.lock))")
                await #expect(throws: MigrationError.busy(seconds: 1)) {
                    try await store(pool, small).migrate(patience: .seconds(1))
                }
            }
            #expect(try await store(pool, small).migrate() == [1, 2])
        }
    }

    @Test func `a step that fails half-way leaves nothing and names its statement`() async throws {
        try await ScratchPostgres.withPool { pool in
            let broken = Migration(
                number: 3, name: "third",
                statements: [
                    "CREATE TABLE three (a int)", "INSERT INTO two VALUES (2)",
                    """
                    -- The reason of this statement.
                    ALTER TABLE four ADD COLUMN b int
                    """,
                ])
            let error = await #expect(throws: MigrationError.self) {
                try await store(pool, small + [broken]).migrate()
            }
            guard case .failed(3, "third", "ALTER TABLE four ADD COLUMN b int", _) = error else {
                Issue.record("it was \(String(describing: error))")
                return
            }
            let rows = try await pool.query(
                """
                SELECT to_regclass('three') IS NULL AS undone, (SELECT count(*) FROM two) AS rows,
                    (SELECT max(number) FROM schema_migrations) AS newest
                """)
            #expect(try rows[0].bool("undone"))
            #expect(try rows[0].int("rows") == 1)
            #expect(try rows[0].int("newest") == 2)
            let mended = Migration(number: 3, name: "third", statements: ["CREATE TABLE three (a int)"])
            #expect(try await store(pool, small + [mended]).migrate() == [3])
        }
    }

    @Test func `a database of a newer program is refused in words`() async throws {
        try await ScratchPostgres.withPool { pool in
            try await store(pool, small).migrate()
            let error = await #expect(throws: MigrationError.databaseIsNewer(database: 2, program: 1)) {
                try await store(pool, [small[0]]).migrate()
            }
            #expect(error?.message.english.contains("use the newer program") == true)
        }
    }

    @Test func `a step that reads differently than when it was applied is refused`() async throws {
        try await ScratchPostgres.withPool { pool in
            try await store(pool, small).migrate()
            let changed = Migration(number: 2, name: "second", statements: ["CREATE TABLE two (b int)"])
            await #expect(throws: MigrationError.changedAfterwards(number: 2, name: "second")) {
                try await store(pool, [small[0], changed]).migrate()
            }
            let other = Migration(number: 3, name: "second", statements: small[1].statements)
            await #expect(throws: MigrationError.foreignHistory(found: 2, expected: 3)) {
                try await store(pool, [small[0], other]).migrate()
            }
        }
    }

    @Test func `statements of a list never read as those of another`() {
        let one = Migration(number: 1, name: "a", statements: ["ab", "c"])
        let two = Migration(number: 1, name: "a", statements: ["a", "bc"])
        #expect(one.checksum != two.checksum)
        #expect(one.checksum.count == 64)
    }
}
