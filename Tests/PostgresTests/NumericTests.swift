import Postgres
import TestSupport
import Testing
import Wording

@Suite("Decimals pass exactly")
struct NumericTests {
    private static let edgeTexts = [
        "0", "-0", "0.0", "0.00000000", "1", "-1", "9999", "10000", "10001", "0.0001", "0.00001", "0.00000001",
        "-0.00000001", "123456789012345678901234567890.123456789012345678901234567890", "100000000", "1.10",
        "00012.500",
        "0.99999999", "99999999.99999999", "1000000000000.0000", String(repeating: "9", count: 131_072),
        "0." + String(repeating: "0", count: 16_382) + "1",
    ]

    @Test("The binary form equals what the server reads from text, and back")
    func edges() async throws {
        try await check(Self.edgeTexts)
    }

    @Test("Random decimals too")
    func random() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var numbers = SeededNumbers(seed: seed)
        let texts = (0..<400).map { _ in
            let integers = (0...numbers.below(24)).map { _ in String(numbers.below(10)) }.joined()
            let fraction = (0..<numbers.below(24)).map { _ in numbers.chance(50) ? "0" : String(numbers.below(10)) }
                .joined()
            return (numbers.chance(50) ? "-" : "") + integers + (fraction.isEmpty ? "" : "." + fraction)
        }
        do { try await check(texts) } catch { Issue.record("seed \(seed): \(error)") }
    }

    private func check(_ texts: [String]) async throws {
        try await ScratchPostgres.withPool { pool in
            for text in texts {
                let number = try NumericText(text)
                let row = try await pool.query(
                    "SELECT \(number)::text AS sent, (\(text)::text)::numeric::text AS read, \(number) AS back")[0]
                let wanted = try row.text("read")
                let (sent, back) = (try row.text("sent"), try row.numericText("back").text)
                // Long ones would fill the report.
                #expect(sent == wanted && back == wanted, "\(text.prefix(60))")
            }
        }
    }

    @Test(
        "What is no plain decimal is refused",
        arguments: ["", "-", ".", "1.", ".5", "1e5", "NaN", "Infinity", "+1", "1,5", " 1", "1 ", "--1", "1.2.3", "١"])
    func refused(text: String) {
        #expect(throws: PostgresError.self) { try NumericText(text) }
    }

    @Test("NaN and infinities of the server are refused, with the column's name", arguments: ["NaN", "Infinity"])
    func notANumber(text: String) async throws {
        try await ScratchPostgres.withPool { pool in
            let row = try await pool.query("SELECT \(text)::text::numeric AS price")[0]
            let error = #expect(throws: PostgresError.self) { try row.numericText("price") }
            #expect(error?.description.contains("\"price\"") == true)
        }
    }
}
