import Foundation
import Market
import Testing
import Trading
import Wording

@testable import Backtest

@Suite("The page of a run")
struct HTMLReportTests {
    static let attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"

    /// A strategy whose name, reason, log line and parameter try to break out of the page.
    static func hostile() throws -> BacktestResult {
        let source = """
            local S = Strategy {
              name = "\(attack)", timeframe = "1m", warmup = 0, version = "\\"><b>",
              params = { mode = param.choice { "<i>", "<i>", "b" } },
            }
            function S:should_long() return #self.close == 1, "\(attack)" end
            function S:should_exit() log.warn("\(attack)"); return #self.close == 3, "</script>" end
            function S:calculate_position_size() return 1000 end
            return S
            """
        return try Scripts.run(source, ContractTests.rising)
    }

    @Test("whatever a strategy writes stays text", arguments: Language.allCases)
    func escaping(language: Language) throws {
        let result = try Self.hostile()
        #expect(result.trades.first?.reason == "</script>")
        let page = HTMLReport(result, language: language).page
        #expect(!page.contains("<img"))
        #expect(!page.contains("<script>alert"))
        #expect(!page.contains("<i>,"))
        // The data block and the script, nothing else.
        #expect(page.components(separatedBy: "<script").count == 3)
        #expect(page.components(separatedBy: "</script>").count == 3)
    }

    @Test("the policy names the hashes of the script and style in the page and allows nothing else")
    func policy() throws {
        let page = HTMLReport(try ReportTests.result(), language: .english).page
        func inside(_ open: String, _ close: String) throws -> String {
            let start = try #require(page.range(of: open))
            let end = try #require(page.range(of: close, range: start.upperBound..<page.endIndex))
            return String(page[start.upperBound..<end.lowerBound])
        }
        let policy = try inside("Content-Security-Policy\" content=\"", "\"")
            .replacingOccurrences(of: "&#39;", with: "'")
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe"))
        for content in [try inside("<script>", "</script>"), try inside("<style>", "</style>")] {
            #expect(policy.contains("'sha256-\(Base64Text.encode(SHA256.digest(Array(content.utf8))))'"))
        }
        // Nothing is loaded: no address of any kind, no attribute that loads.
        for text in ["http:", "https:", "src=", "href=\"http", "@import", "url("] {
            #expect(!page.contains(text), "\(text)")
        }
        #expect(!page.contains(" style=\""))
    }

    @Test("the page is well-formed: every element that opens closes in order")
    func wellFormed() throws {
        let page = HTMLReport(try ReportTests.result(), language: .french).page
        let empty: Set<String> = ["meta", "!doctype"]
        var open: [String] = []
        var rest = Substring(page)
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.split(whereSeparator: { $0 == " " || $0 == "\n" }).first.map { $0.lowercased() } ?? ""
            if name.hasPrefix("/") {
                #expect(open.popLast() == String(name.dropFirst()))
            } else if !empty.contains(name) {
                open.append(name)
                // What stands in these is no mark-up.
                if name == "script" || name == "style", let close = rest.range(of: "</\(name)>") {
                    rest = rest[close.lowerBound...]
                }
            }
        }
        #expect(open.isEmpty)
        let identifiers = page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(identifiers).count == identifiers.count)
    }

    @Test("the data block holds every bar and trade of a small run")
    func data() throws {
        let result = try ReportTests.result()
        var json = JSONText()
        ChartData(result, .english).write(&json)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
        #expect(read["count"] as? Int == result.range.count)
        #expect(read["bucket"] as? Int == 1)
        let trades = try #require(read["trades"] as? [String: Any])
        for key in ["id", "side", "quantity", "entryTime", "exitPrice", "profit", "reason"] {
            #expect((trades[key] as? [Any])?.count == result.trades.count, "\(key)")
        }
        let columns = try #require(read["columns"] as? [String: String])
        for text in columns.values {
            let bytes = try #require(Data(base64Encoded: text))
            // Each number ends with a byte below 128.
            #expect(bytes.count { $0 < 128 } == result.range.count)
        }
    }

    @Test("a long run is thinned: bars of several candles, and the page says so")
    func thinned() throws {
        let candles = try DeterminismTests.market(ChartData.mostBars + 5000)
        let source = Scripts.buying(at: 100).replacingOccurrences(of: "\"1m\"", with: "\"15m\"")
        let result = try Backtest.run(Scripts.script(source), series: [candles])
        let chart = ChartData(result, .english)
        #expect(chart.bucket == 2)
        #expect(chart.bars == (result.range.count + 1) / 2)
        let page = HTMLReport(result, language: .english).page
        #expect(page.contains("Each bar of the charts holds 2 candles."))
        #expect(page.utf8.count < 4_000_000)
    }
}
