import Postgres
import TestSupport
import Testing
import Wording

@Suite("Rows are read by name and type")
struct RowTests {
    @Test("A wrong name, type or a NULL is told with the column")
    func mistakes() async throws {
        try await ScratchPostgres.withPool { pool in
            let row = try await pool.query(
                "SELECT 1::bigint AS id, NULL::text AS note, now() AS at, 1.5::numeric AS price")[0]
            let cases: [(String, () throws -> Void)] = [
                ("\"missing\"; it has id, note, at, price", { _ = try row.int64("missing") }),
                ("\"9\"", { _ = try row.int64(9) }),
                ("\"-1\"", { _ = try row.int64(.at(-1)) }),
                ("\"note\" is NULL", { _ = try row.text("note") }),
                ("\"id\" is bigint", { _ = try row.text("id") }),
                ("\"at\" is timestamptz", { _ = try row.optionalText("at") }),
                ("\"price\" is numeric", { _ = try row.double("price") }),
            ]
            for (part, read) in cases {
                let error = #expect(throws: PostgresError.self) { try read() }
                #expect(error?.description.contains(part) == true, "\(error as Any)")
            }
            #expect(try row.optionalText("note") == nil)
            #expect(try row.int("id") == 1)
        }
    }

    @Test("Changed rows are counted")
    func counts() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            #expect(try await pool.execute("INSERT INTO t SELECT generate_series(1, 10)") == 10)
            #expect(try await pool.execute("UPDATE t SET a = 0 WHERE a > \(Int32(7))") == 3)
            #expect(try await pool.execute("DELETE FROM t WHERE a = 99") == 0)
            let rows = try await pool.query("SELECT a FROM t ORDER BY a")
            #expect(rows.count == 10 && rows.columns == ["a"])
        }
    }

    @Test("A statement whose result changed its columns is prepared again")
    func changedTable() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            try await pool.execute("INSERT INTO t VALUES (1)")
            for _ in 0..<3 { #expect(try await pool.query("SELECT * FROM t").columns == ["a"]) }
            try await pool.execute("ALTER TABLE t ADD b text")
            #expect(try await pool.query("SELECT * FROM t").columns == ["a", "b"])
            try await pool.execute("DEALLOCATE ALL")
            #expect(try await pool.query("SELECT * FROM t").columns == ["a", "b"])
        }
    }

    @Test("Prepared statements are bounded")
    func cache() async throws {
        var configuration = try await ScratchPostgres.database()
        configuration.poolSize = 1
        configuration.statementCacheSize = 3
        let pool = PostgresPool(configuration)
        let queries: [PostgresQuery] = [
            "SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", "SELECT 5", "SELECT count(*) FROM pg_prepared_statements",
        ]
        for _ in 0..<3 { for query in queries { try await pool.query(query) } }
        #expect(try await pool.query("SELECT count(*) FROM pg_prepared_statements")[0].int(0) == 3)
        await pool.close()
    }
}
