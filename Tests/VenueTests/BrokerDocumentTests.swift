import Foundation
import TestSupport
import Testing

/// `docs/brokers.md` says which case is tried on which broker; with ARISTOBOT_UPDATE_DOCS=1 the table is written anew.
@Suite("The page about brokers")
struct BrokerDocumentTests {
    private static let begin = "<!-- contract: written by BrokerDocumentTests -->"
    private static let end = "<!-- end of contract -->"

    private var table: String {
        var lines = ["| case | promise | paper | Binance over the test exchange |", "|---|---|---|---|"]
        var reasons: [String] = []
        for item in ContractCase.all {
            let columns = [PaperVenue.gap(item), ExchangeVenue.gap(item)].map { reason in
                guard let reason else { return "yes" }
                if !reasons.contains(reason) { reasons.append(reason) }
                return "no (\((reasons.firstIndex(of: reason) ?? 0) + 1))"
            }
            lines.append("| \(item.id) | \(item.title) | \(columns[0]) | \(columns[1]) |")
        }
        lines.append("")
        for (place, reason) in reasons.enumerated() { lines.append("\(place + 1). \(reason)") }
        return lines.joined(separator: "\n")
    }

    @Test("tells every case, and why one is not tried")
    func contractTable() throws {
        let file = PackageRoot.url.appendingPathComponent("docs/brokers.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let head = try #require(text.range(of: Self.begin))
        let tail = try #require(text.range(of: Self.end))
        let found = text[head.upperBound..<tail.lowerBound].trimmingCharacters(in: .newlines)
        if ProcessInfo.processInfo.environment["ARISTOBOT_UPDATE_DOCS"] == "1" {
            let updated = text[..<head.upperBound] + "\n" + table + "\n" + text[tail.lowerBound...]
            try String(updated).write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(found == table, "run: ARISTOBOT_UPDATE_DOCS=1 swift test --filter BrokerDocumentTests")
        }
    }
}
