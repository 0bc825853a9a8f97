import Broker
import Market
import Postgres
import TestSupport
import Testing

@testable import Storage

@Suite("A process that freezes while it holds what others wait for", .timeLimit(.minutes(2)))
struct BriefHoldTests {
    @Test func `keeps no engine from taking accounts for long`() async throws {
        try await ScratchStore.with { store in
            let engine = try await store.engine.register(name: "one", life: LiveAccount.life)
            let (holding, held) = AsyncStream.makeStream(of: Void.self)
            let (silence, thaw) = AsyncStream.makeStream(of: Never.self)
            let frozen = Task {
                try await store.pool.transaction { connection in
                    try await EngineRepository.lineUp(on: connection)
                    held.finish()
                    for await _ in silence {}
                    try await connection.execute("SELECT 1")
                }
            }
            for await _ in holding {}
            // Fails when the lock is not free within the time that a statement waits for one: 10 s.
            _ = try await store.engine.take(engine)
            thaw.finish()
            await #expect(throws: PostgresError.self) { try await frozen.value }
        }
    }

    /// Whatever locks those tables notes at the end of its transaction for how long it might have been idle.
    @Test func `is cut off whatever it was about`() async throws {
        try await ScratchStore.with { store in
            try await store.pool.execute("CREATE TABLE noted (what text, idle text)")
            try await store.pool.execute(
                """
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO noted VALUES (TG_ARGV[0], current_setting('idle_in_transaction_session_timeout'));
                    RETURN NULL;
                END $$
                """)
            let tables = [
                ("engines", "INSERT"), ("account_leases", "UPDATE"), ("heartbeat_signals", "INSERT"),
                ("heartbeat_runners", "INSERT"),
            ]
            for (table, step) in tables {
                let create: PostgresQuery = """
                    CREATE CONSTRAINT TRIGGER noting AFTER \(PostgresQuery(unsafeSQL: step)) ON \(identifier: table)
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                    EXECUTE FUNCTION note('\(PostgresQuery(unsafeSQL: table))')
                    """
                try await store.pool.execute(create)
            }
            let user = try await store.users.add("dev").id
            let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            let broker = try await store.brokers.add(user, name: "b", venue: .binance).id
            _ = try await LiveAccount.activate(store, user, broker, script.id, name: "on it")
            let engine = try await store.engine.register(name: "one", life: LiveAccount.life)
            let lease = try #require(try await store.engine.take(engine).taken.first)
            _ = try await store.engine.commit([], under: lease)
            try await store.engine.leave(engine)
            _ = try await store.heartbeat.offer(nil, as: "one", of: .binance)
            try await store.heartbeat.record(
                HeartbeatPulse(candles: [
                    ClosedCandle(
                        key: try Candles.key(), candle: Candles.candle(0), tradeCount: 1,
                        closedAt: Timestamp(milliseconds: Timestamp.start.milliseconds + 60_000), isSignalled: true)
                ]))
            let rows = try await store.pool.query("SELECT what, idle FROM noted ORDER BY what")
            let noted = try rows.map { "\(try $0.text("what")) \(try $0.text("idle"))" }
            // A lease changes when it is taken, at a commit, and when its engine leaves.
            #expect(
                noted == [
                    "account_leases 5s", "account_leases 5s", "account_leases 5s", "engines 5s",
                    "heartbeat_runners 5s", "heartbeat_signals 5s",
                ])
        }
    }
}
