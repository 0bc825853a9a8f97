import Postgres
import TestSupport
import Testing

@Suite("Transactions keep all or nothing")
struct TransactionTests {
    private struct Stop: Error {}

    private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.execute("CREATE TABLE t (a int PRIMARY KEY)")
            try await body(pool)
        }
    }

    private func count(_ pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT count(*) FROM t")[0].int(0)
    }

    @Test("What throws is undone, and the connection goes on")
    func undone() async throws {
        try await withTable { pool in
            await #expect(throws: Stop.self) {
                try await pool.transaction {
                    try await $0.execute("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            #expect(try await count(pool) == 0)
            let answer = try await pool.transaction {
                try await $0.execute("INSERT INTO t VALUES (1)")
                return "kept"
            }
            #expect(answer == "kept")
            #expect(try await count(pool) == 1)
        }
    }

    @Test("An error that the body swallows does not pass as a commit")
    func swallowed() async throws {
        try await withTable { pool async throws in
            await #expect(throws: PostgresError.transactionAborted) {
                try await pool.transaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    _ = try? await connection.execute("INSERT INTO t VALUES (1)")  // the mistake under test
                }
            }
            #expect(try await count(pool) == 0)
        }
    }

    @Test("A transaction inside is a savepoint")
    func savepoint() async throws {
        try await withTable { pool in
            try await pool.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                await #expect(throws: PostgresError.self) {
                    try await connection.transaction {
                        try await $0.execute("INSERT INTO t VALUES (2)")
                        try await $0.execute("INSERT INTO t VALUES (1)")
                    }
                }
                try await connection.transaction { try await $0.execute("INSERT INTO t VALUES (3)") }
            }
            let kept = try await pool.query("SELECT a FROM t ORDER BY a").map { row in try row.int(0) }
            #expect(kept == [1, 3])
        }
    }

    @Test("A task cancelled in the middle leaves nothing")
    func cancelled() async throws {
        try await withTable { pool async throws in
            let (inside, signal) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await pool.transaction {
                    try await $0.execute("INSERT INTO t VALUES (1)")
                    signal.yield()
                    try await $0.query("SELECT pg_sleep(30)")
                }
            }
            for await _ in inside { break }
            task.cancel()
            await #expect(throws: PostgresError.cancelled) { try await task.value }
            #expect(try await count(pool) == 0)
        }
    }

    @Test("A conflict is told, and run again when asked")
    func serialization() async throws {
        try await withTable { pool in
            try await pool.execute("INSERT INTO t VALUES (1)")
            /// Two transactions read the same and write what depends on it; the second to commit has to fail.
            func conflict(attempts: Int) async throws -> Int {
                var runs = 0
                try await pool.transaction(isolation: .serializable, attempts: attempts) { first in
                    runs += 1
                    let seen = try await first.query("SELECT max(a) FROM t")[0].int(0)
                    if runs == 1 {
                        try await pool.transaction(isolation: .serializable) { second in
                            let seen = try await second.query("SELECT max(a) FROM t")[0].int(0)
                            try await second.execute("INSERT INTO t VALUES (\(Int32(seen + 1)))")
                        }
                    }
                    try await first.execute("INSERT INTO t VALUES (\(Int32(seen + 10)))")
                }
                return runs
            }
            await #expect(throws: PostgresError.serialization(deadlock: false)) { try await conflict(attempts: 1) }
            #expect(try await conflict(attempts: 3) == 2)
        }
    }

    @Test("A connection that comes back inside a transaction is cleaned")
    func leftOpen() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            try await pool.withConnection {
                try await $0.query("BEGIN")
                try await $0.execute("INSERT INTO t VALUES (1)")
            }
            #expect(try await count(pool) == 0)
        }
    }
}
