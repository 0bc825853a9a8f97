import Postgres
import TestSupport
import Testing

@Suite("Values travel beside the statement")
struct BindingTests {
    @Test("Integers, numbers, texts and bytes come back as they went")
    func roundTrip() async throws {
        try await ScratchPostgres.withPool { pool in
            let row = try await pool.query(
                "SELECT \(Int64.min) AS a, \(Double.greatestFiniteMagnitude) AS b, \("Ünï\u{1F600}")::text AS c, \([UInt8](0...255)) AS d"
            )[0]
            #expect(try row.int64("a") == .min)
            #expect(try row.double("b") == .greatestFiniteMagnitude)
            #expect(try row.text("c") == "Ünï\u{1F600}")
            #expect(try row.bytes("d") == Array(0...255))
        }
    }
}
