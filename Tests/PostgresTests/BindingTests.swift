import Foundation
import Postgres
import TestSupport
import Testing
import Wording

@Suite("Values travel beside the statement")
struct BindingTests {
    @Test("Every type comes back as it went, at its edges too")
    func roundTrip() async throws {
        try await ScratchPostgres.withPool { pool async throws in
            for value in [Int64.min, -1, 0, 1, .max] {
                #expect(try await pool.query("SELECT \(value)")[0].int64(0) == value)
            }
            for value in [Int32.min, 0, .max] {
                #expect(try await pool.query("SELECT \(value)")[0].int64(0) == Int64(value))
            }
            for value in [Int16.min, 0, .max] {
                #expect(try await pool.query("SELECT \(value)")[0].int64(0) == Int64(value))
            }
            for value in [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 0.1, .nan] {
                #expect(try await pool.query("SELECT \(value)")[0].double(0).bitPattern == value.bitPattern)
            }
            for value in [true, false] {
                #expect(try await pool.query("SELECT \(value)")[0].bool(0) == value)
            }
            for value in [
                "", "é", "日本語 \u{1F600}", "' OR 1=1 --", "\\", "a\nb\t", "$1", String(repeating: "x", count: 1 << 20),
            ] {
                #expect(try await pool.query("SELECT \(value)::text")[0].text(0) == value)
            }
            for value in [[], [0], Array(0...255)] as [[UInt8]] {
                #expect(try await pool.query("SELECT \(value)")[0].bytes(0) == value)
                #expect(try await pool.query("SELECT \(Data(value))")[0].bytes(0) == value)
            }
        }
    }

    @Test("Arrays come back as they went, the empty one too")
    func arrays() async throws {
        try await ScratchPostgres.withPool { pool async throws in
            for value in [[], [1], [.min, 0, .max]] as [[Int64]] {
                #expect(try await pool.query("SELECT \(value)")[0].value(0) == value)
            }
            for value in [[], [""], ["a", "{b}", "c,\"d\"", "NULL", "é"]] as [[String]] {
                #expect(try await pool.query("SELECT \(value)")[0].value(0) == value)
            }
            for value in [[], [1.5, -.infinity]] as [[Double]] {
                #expect(try await pool.query("SELECT \(value)")[0].value(0) == value)
            }
            let none: [Int64] = []
            #expect(try await pool.query("SELECT 1 WHERE 1 = ANY(\(none))").isEmpty)
            #expect(try await pool.query("SELECT 1 WHERE 2 = ANY(\([1, 2]))").count == 1)
            #expect(try await pool.query("SELECT \([true, false])::text")[0].text(0) == "{t,f}")
        }
    }

    @Test("nil is NULL of its type")
    func nothing() async throws {
        try await ScratchPostgres.withPool { pool in
            let (number, text, bytes, list): (Int64?, String?, [UInt8]?, [String]?) = (nil, nil, nil, nil)
            let row = try await pool.query("SELECT \(number) + 1, \(text)::text, \(bytes), \(list)")[0]
            for column in 0..<4 { #expect(try row.isNull(.at(column))) }
            #expect(try row.optionalInt64(0) == nil)
        }
    }

    @Test("A text takes the type of its place")
    func inferred() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.withConnection {
                try await $0.script(
                    unsafeSQL: "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a jsonb, b uuid, c mood, d numeric)")
            }
            let id = "01234567-89ab-cdef-0123-456789abcdef"
            try await pool.execute("INSERT INTO t VALUES (\(#"{"k": [1]}"#), \(id), \("ok"), \("1.50"))")
            let row = try await pool.query("SELECT a, b, c::text, d FROM t")[0]
            #expect(try row.text("a") == #"{"k": [1]}"#)
            #expect(try row.text("b") == id)
            #expect(try row.numericText("d").text == "1.50")
        }
    }

    @Test("What looks like SQL stays a value")
    func injection() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.execute("CREATE TABLE t (a text)")
            let hostile = [
                "'); DROP TABLE t; --", "\\'; DROP TABLE t; --", "$1", "{}", "\u{2019}; DROP TABLE t", "a\"b", "%s%n",
            ]
            for text in hostile {
                try await pool.execute("INSERT INTO t VALUES (\(text))")
                #expect(try await pool.query("SELECT a FROM t WHERE a = \(text)").count == 1)
            }
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == hostile.count)
            let name = "weird\"; DROP TABLE t; --"
            try await pool.execute("CREATE TABLE \(identifier: name) (\(identifier: "select") int)")
            #expect(try await pool.query("SELECT \(identifier: "select") FROM \(identifier: name)").isEmpty)
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == hostile.count)
        }
    }

    @Test("A NUL character is refused before anything is sent, without the text")
    func nul() async throws {
        try await ScratchPostgres.withPool { pool in
            for query in ["SELECT \("secret\0")::text", "SELECT \(["a", "secret\0"])"] as [PostgresQuery] {
                let error = await #expect(throws: PostgresError.self) { try await pool.query(query) }
                guard case .refusedValue(let message)? = error else { Issue.record("\(error as Any)"); continue }
                #expect(message.english.contains("U+0000") && !message.english.contains("secret"))
            }
            await #expect(throws: PostgresError.self) { try await pool.query(PostgresQuery(unsafeSQL: "SELECT 1\0")) }
        }
    }

    @Test("Joined queries number their parameters anew")
    func joining() async throws {
        try await ScratchPostgres.withPool { pool in
            let rows = PostgresQuery.joined((1...12).map { "(\($0), \("n\($0)")::text)" }, by: ", ")
            let query: PostgresQuery = "SELECT b FROM (VALUES \(rows)) AS v (a, b) WHERE a > \(10)"
            #expect(query.binds.count == 25)
            let names = try await pool.query(query + " ORDER BY a").map { row in try row.text("b") }
            #expect(names == ["n11", "n12"])
        }
    }

    @Test("Too many parameters are refused in words")
    func tooMany() async throws {
        let values = PostgresQuery.joined((0...65_535).map { "\($0)" as PostgresQuery }, by: ", ")
        try await ScratchPostgres.withPool { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT \(values)") }
            #expect(error?.description.contains("65536") == true)
        }
    }
}
