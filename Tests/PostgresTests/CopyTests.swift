import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("COPY moves rows in bulk")
struct CopyTests {
    private struct Stop: Error {}

    private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.execute(
                """
                CREATE TABLE t
                    (a bigint PRIMARY KEY, b int, c smallint, d float8, e boolean, f text, g bytea, h numeric)
                """
            )
            try await body(pool)
        }
    }

    private static let copyIn: PostgresQuery = "COPY t (a, b, c, d, e, f, g, h) FROM STDIN (FORMAT binary)"

    /// Row number `number`, with a NULL in every fifth one.
    private static func append(_ number: Int64, to encoder: inout PostgresCopyEncoder) throws {
        encoder.startRow(columns: 8)
        encoder.append(number)
        encoder.append(Int32(truncatingIfNeeded: number))
        encoder.append(Int16(truncatingIfNeeded: number))
        encoder.append(number % 5 == 0 ? nil : Double(number) / 7)
        encoder.append(number % 2 == 0)
        encoder.append(number % 5 == 0 ? nil : "row \(number) é")
        encoder.append([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: Int(number % 9)))
        encoder.append(try NumericText("\(number).\(number % 1000)0"))
    }

    @Test("Every type goes in and comes out the same")
    func roundTrip() async throws {
        try await withTable { pool in
            try await pool.withConnection { connection in
                let next = Atomic<Int64>(0)
                let count = try await connection.copyIn(Self.copyIn) { encoder in
                    let number = next.add(1, ordering: .relaxed).oldValue
                    guard number < 10_000 else { return false }
                    try Self.append(number, to: &encoder)
                    return true
                }
                #expect(count == 10_000)
                let wrong = try await connection.copyOut(
                    "COPY (SELECT * FROM t ORDER BY a) TO STDOUT (FORMAT binary)", into: (next: Int64(0), wrong: 0)
                ) { state, row in
                    let number = state.next
                    let isRight =
                        try row.int64() == number && row.int32() == Int32(truncatingIfNeeded: number)
                        && row.int16() == Int16(truncatingIfNeeded: number)
                        && row.optionalDouble() == (number % 5 == 0 ? nil : Double(number) / 7)
                        && row.bool() == (number % 2 == 0)
                        && row.optionalText() == (number % 5 == 0 ? nil : "row \(number) é")
                        && row.bytes().count == Int(number % 9)
                        && row.numericText().text == "\(number).\(number % 1000)0"
                    if !isRight { state.wrong += 1 }
                    state.next += 1
                }
                #expect(wrong.next == 10_000 && wrong.wrong == 0)
            }
        }
    }

    @Test("What stops in the middle leaves nothing, and the connection goes on")
    func aborted() async throws {
        try await withTable { pool async throws in
            await #expect(throws: Stop.self) {
                try await pool.withConnection { connection in
                    let next = Atomic<Int64>(0)
                    return try await connection.copyIn(Self.copyIn) { encoder in
                        let number = next.add(1, ordering: .relaxed).oldValue
                        if number == 50_000 { throw Stop() }
                        try Self.append(number, to: &encoder)
                        return true
                    }
                }
            }
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == 0)
        }
    }

    @Test("A cancelled task stops it", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        try await withTable { pool async throws in
            let (inside, signal) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await pool.withConnection { connection in
                    let next = Atomic<Int64>(0)
                    return try await connection.copyIn(Self.copyIn) { encoder in
                        let number = next.add(1, ordering: .relaxed).oldValue
                        if number == 10_000 { signal.yield() }
                        try Self.append(number, to: &encoder)
                        return true
                    }
                }
            }
            for await _ in inside { break }
            task.cancel()
            await #expect(throws: PostgresError.cancelled) { try await task.value }
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == 0)
        }
    }

    @Test("A row that breaks a rule is told, and nothing stays")
    func violation() async throws {
        try await withTable { pool async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withConnection { connection in
                    let next = Atomic<Int64>(0)
                    return try await connection.copyIn(Self.copyIn) { encoder in
                        let number = next.add(1, ordering: .relaxed).oldValue
                        try Self.append(number % 30_000, to: &encoder)
                        return number < 60_000
                    }
                }
            }
            #expect(error == .uniqueViolation(table: "t", constraint: "t_pkey"))
            #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == 0)
        }
    }

    @Test("A NUL in a text and rows of the wrong shape are refused")
    func malformed() async throws {
        try await withTable { pool async throws in
            let bad: [@Sendable (inout PostgresCopyEncoder) -> Void] = [
                { encoder in
                    encoder.startRow(columns: 1)
                    encoder.append("a\0b")
                },
                { encoder in
                    encoder.startRow(columns: 2)
                    encoder.append(Int64(1))
                },
                { encoder in
                    encoder.startRow(columns: 1)
                    encoder.append(Int32(1))
                },
            ]
            for row in bad {
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { connection in
                        let done = Atomic<Bool>(false)
                        return try await connection.copyIn("COPY t (a) FROM STDIN (FORMAT binary)") { encoder in
                            if done.exchange(true, ordering: .relaxed) { return false }
                            row(&encoder)
                            return true
                        }
                    }
                }
                #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == 0)
            }
        }
    }

    @Test("Reading stops where the reader throws, and the connection goes on")
    func readerStops() async throws {
        try await withTable { pool async throws in
            for _ in 0..<3 {
                await #expect(throws: Stop.self) {
                    try await pool.withConnection {
                        try await $0.copyOut(
                            "COPY (SELECT generate_series(1, 2000000)::bigint) TO STDOUT (FORMAT binary)", into: 0
                        ) { count, row in
                            count += 1
                            if try row.int64() == 1_000 { throw Stop() }
                        }
                    }
                }
                #expect(try await pool.query("SELECT 5")[0].int(0) == 5)
            }
        }
    }

    @Test("Wrong types, empty results, text format and other statements are told")
    func misuse() async throws {
        try await withTable { pool in
            let none = try await pool.withConnection {
                try await $0.copyOut("COPY t TO STDOUT (FORMAT binary)", into: 0) { count, _ in count += 1 }
            }
            #expect(none == 0)
            let wrong: [PostgresQuery] = [
                "COPY (SELECT 1::int) TO STDOUT (FORMAT binary)",
                "COPY (SELECT NULL::bigint) TO STDOUT (FORMAT binary)",
                "COPY (SELECT 1) TO STDOUT", "SELECT 1", "COPY nowhere TO STDOUT (FORMAT binary)",
            ]
            for query in wrong {
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection {
                        try await $0.copyOut(query, into: 0) { sum, row in sum += Int(try row.int64()) }
                    }
                }
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { try await $0.copyIn(query) { _ in false } }
                }
            }
            await #expect(throws: PostgresError.self) { try await pool.query("COPY t TO STDOUT (FORMAT binary)") }
            #expect(try await pool.query("SELECT 5")[0].int(0) == 5)
        }
    }
}
