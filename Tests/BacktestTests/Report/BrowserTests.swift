import Foundation
import Market
import Testing
import Trading
import Wording

@testable import Backtest

@Suite("The page of a run in a real browser", .serialized, .enabled(if: Browser.isThere, "\(Browser.reason)"))
struct BrowserTests {
    static let attack = "</title></script><script>document.title=\"pwned\"</script>"
    static let shownAttack = "&lt;/title&gt;&lt;/script&gt;&lt;script&gt;document.title=\"pwned\"&lt;/script&gt;"

    /// More trades than a page of the list holds, every one closed for the reason that attacks the page.
    static func result() throws -> BacktestResult {
        let source = """
            local ta = require "ta"
            local S = Strategy { name = [[\(attack)]], timeframe = "15m" }
            function S:init()
              self.fast, self.slow = ta.ema(self.close, 5), ta.ema(self.close, 12)
            end
            function S:should_long() return ta.crossover(self.fast, self.slow) end
            function S:should_exit()
              log.warn([[\(attack)]])
              return ta.crossunder(self.fast, self.slow), [[\(attack)]]
            end
            function S:calculate_position_size() return self.balance * 0.1 end
            return S
            """
        return try Backtest.run(
            Scripts.script(source), series: [DeterminismTests.market(4000)], options: DeterminismTests.options())
    }

    /// Opens the page until its charts are painted, five times at most: charts wait for a frame of the screen, and a
    /// browser on a busy machine may spend its virtual time before it makes the first one.
    static func painted(_ page: String, fragment: String) throws -> Browser.Visit {
        var visit = try Browser.open(page, fragment: fragment)
        for _ in 1..<5 where visit.complaints.isEmpty && !visit.page.contains(/<canvas[^>]* width=/) {
            visit = try Browser.open(page, fragment: fragment)
        }
        return visit
    }

    @Test(
        "the scripts run without a complaint, and a hostile strategy's words stay words",
        arguments: zip(Language.allCases, ["light", "dark"]))
    func opened(language: Language, theme: String) throws {
        let result = try Self.result()
        #expect(result.trades.count > 50)
        #expect(result.trades.first?.reason == Self.attack)
        let visit = try Self.painted(HTMLReport(result, language: language).page, fragment: "#theme=\(theme)")
        #expect(visit.status == 0)
        #expect(visit.complaints == [])

        // What only the scripts make: the first fifty rows, the pager's words, the legends, canvases with a size.
        #expect(visit.count("<td class=\"text reason\" title=") == 50)
        #expect(visit.count("\(Self.shownAttack)</td>") == 50)
        #expect(!visit.has("aria-live=\"polite\"></span>"))
        #expect(!visit.has("<div class=\"legend\"></div>"))
        for legend in ["primary", "hold", "danger"] { #expect(visit.has("<span class=\"\(legend)\"><i></i>")) }
        let canvases = visit.page.matches(of: /<canvas[^>]* width="([0-9]+)" height="([0-9]+)"/)
        #expect(canvases.count == 4)
        for canvas in canvases { #expect(Int(canvas.1) ?? 0 > 300 && Int(canvas.2) ?? 0 > 20, "\(canvas.0)") }
        // The system asks for a light page: either wish of the reader shows in one of the languages.
        #expect(visit.has("<html data-theme=\"\(theme)\" lang=\"\(language.rawValue)\">"))

        #expect(visit.has("<title>\(Self.shownAttack) · BTC/USDT"))
        #expect(visit.count("<script") == 2)
        #expect(visit.count("<style") == 1)
        for address in ["http:", "https:", " src=", "url(", "<link", "@import"] { #expect(!visit.has(address)) }
    }

    @Test("a script that is not the page's own is refused, and a script that fails is noticed")
    func broken() throws {
        let whole = HTMLReport(try Self.result(), language: .english).page
        let start = "<script>\"use strict\";"
        try #require(whole.range(of: start) != nil)
        let foreign = try Browser.open(
            whole.replacingOccurrences(of: start, with: start + "document.title = \"pwned\";"))
        #expect(foreign.complaints.contains { $0.contains("Content Security Policy") })
        #expect(!foreign.has("<title>pwned"))
        #expect(!foreign.has("<td class=\"text reason\""))

        let failing = try Browser.open(whole.replacingOccurrences(of: "id=\"report-data\"", with: "id=\"nothing\""))
        #expect(failing.complaints.contains { $0.contains("Uncaught") })
        #expect(!failing.has("<td class=\"text reason\""))
    }
}
