import Postgres
import TestSupport
import Testing

@Suite("Statements stop when they should")
struct StoppingTests {
    @Test("Cancelling the task stops the statement at the server, and the connection goes on", .timeLimit(.minutes(5)))
    func cancellation() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            let watcher = PostgresPool(pool.configuration)
            for _ in 0..<5 {
                let task = Task { try await pool.query("SELECT pg_sleep(300), 'sleeper'") }
                try await waitUntil {
                    try await watcher.query(
                        """
                        SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleeper%'
                        AND datname = current_database() AND pid <> pg_backend_pid()
                        """
                    ).count == 1
                }
                task.cancel()
                await #expect(throws: PostgresError.cancelled) { try await task.value }
                #expect(try await pool.query("SELECT 1")[0].int(0) == 1)
            }
            await watcher.close()
        }
    }

    @Test("Cancelling at any moment never hits the next statement")
    func anyMoment() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool async throws in
            for round in 0..<200 {
                let task = Task { try await pool.query("SELECT count(*) FROM generate_series(1, \(round * 10))") }
                for _ in 0..<round % 7 { await Task.yield() }
                task.cancel()
                _ = await task.result
                #expect(try await pool.query("SELECT \(round)")[0].int(0) == round)
            }
        }
    }

    @Test("A statement over its time is stopped", .timeLimit(.minutes(5)))
    func timeout() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            await #expect(throws: PostgresError.timeout(.statement, milliseconds: 50)) {
                try await pool.query("SELECT pg_sleep(300)", timeout: .milliseconds(50))
            }
            // The next statement has its usual time again.
            try await pool.query("SELECT pg_sleep(0.1)")
            let limit = try await pool.query("SELECT current_setting('statement_timeout')")[0].text(0)
            #expect(limit == "30s")
        }
    }

    @Test("A limit set in a transaction that is undone does not last")
    func timeoutInTransaction() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool async throws in
            let setting = "SELECT current_setting('statement_timeout')" as PostgresQuery
            _ = try? await pool.transaction { connection in  // only the setting afterwards is of interest
                #expect(try await connection.query(setting, timeout: .seconds(7))[0].text(0) == "7s")
                #expect(try await connection.query(setting)[0].text(0) == "30s")
                _ = try await connection.query(setting, timeout: .seconds(9))
                throw PostgresError.cancelled
            }
            #expect(try await pool.query(setting)[0].text(0) == "30s")
            #expect(try await pool.query(setting, timeout: .seconds(9))[0].text(0) == "9s")
        }
    }

    @Test("Waiting for a lock has its own limit", .timeLimit(.minutes(5)))
    func lock() async throws {
        var configuration = try await ScratchPostgres.database()
        configuration.lockTimeout = .milliseconds(50)
        let pool = PostgresPool(configuration)
        try await pool.execute("CREATE TABLE t (a int)")
        try await pool.transaction { connection in
            try await connection.execute("LOCK TABLE t")
            await #expect(throws: PostgresError.timeout(.lock, milliseconds: 50)) {
                try await pool.query("SELECT * FROM t")
            }
        }
        await pool.close()
    }

    @Test("An administrator's stop is not taken for ours", .timeLimit(.minutes(5)))
    func administrator() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.withConnection { connection in
                let process = try await connection.query("SELECT pg_backend_pid()")[0].int(0)
                let sleeping = Task { try await connection.query("SELECT pg_sleep(300)") }
                try await waitUntil {
                    try await pool.query(
                        "SELECT 1 FROM pg_stat_activity WHERE pid = \(Int32(process)) AND wait_event = 'PgSleep'"
                    ).count == 1
                }
                try await pool.query("SELECT pg_cancel_backend(\(Int32(process)))")
                await #expect(throws: PostgresError.stoppedByAdministrator) { try await sleeping.value }
            }
        }
    }

    /// Asks the server until it says yes; the test's time limit ends it.
    private func waitUntil(_ holds: () async throws -> Bool) async throws {
        while try await !holds() { await Task.yield() }
    }
}
