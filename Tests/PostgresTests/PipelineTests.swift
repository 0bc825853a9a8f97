import Postgres
import TestSupport
import Testing

@Suite("Pipelines send many statements at once")
struct PipelineTests {
    @Test("Results come in order, also of more statements than the buffers hold")
    func order() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.withConnection { connection in
                #expect(try await connection.pipeline([]).isEmpty)
                let text = String(repeating: "x", count: 2_000)
                let results = try await connection.pipeline(
                    (0..<5_000).map { "SELECT \($0)::bigint, \(text)::text" as PostgresQuery })
                let numbers = try results.map { rows in try rows[0].int(0) }
                #expect(numbers == Array(0..<5_000))
            }
        }
    }

    @Test("An error in the middle undoes all of it, and the connection goes on", arguments: [3, 2_500])
    func error(place: Int) async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.execute("CREATE TABLE t (a bigint PRIMARY KEY)")
            let inserts = (0..<place + 2_000).map {
                "INSERT INTO t VALUES (\($0 == place ? 0 : $0))" as PostgresQuery
            }
            await #expect(throws: PostgresError.uniqueViolation(table: "t", constraint: "t_pkey")) {
                try await pool.withConnection { try await $0.pipeline(inserts) }
            }
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == 0)
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { try await $0.pipeline(inserts) }
            }
            try await pool.withConnection { try await $0.pipeline(Array(inserts.prefix(place))) }
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == place)
        }
    }

    @Test("A value that cannot be bound stops it before anything is sent")
    func refused() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.execute("CREATE TABLE t (a text)")
            await #expect(throws: PostgresError.self) {
                try await pool.withConnection {
                    try await $0.pipeline(["INSERT INTO t VALUES (\("a"))", "INSERT INTO t VALUES (\("\0"))"])
                }
            }
            #expect(try await pool.query("SELECT 1 FROM t").isEmpty)
        }
    }

    @Test("Cancelling stops it", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool async throws in
            let task = Task {
                try await pool.withConnection { try await $0.pipeline(["SELECT pg_sleep(300)", "SELECT 1"]) }
            }
            await Task.yield()
            task.cancel()
            await #expect(throws: PostgresError.cancelled) { try await task.value }
            #expect(try await pool.query("SELECT 5")[0].int(0) == 5)
        }
    }
}
