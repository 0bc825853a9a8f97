import Testing
import Wording

@testable import StrategyHost

/// One rule of the lint: a piece of Lua and the findings it must give, as `line:column code`.
private struct LintCase: Sendable, CustomTestStringConvertible {
    var title: String
    var source: String
    var expected: [String]

    init(_ title: String, _ source: String, _ expected: String...) {
        self.title = title
        self.source = source
        self.expected = expected
    }

    var testDescription: String { title }

    /// The declaration that most rules need, on one line, so that line 2 is the first of the sample.
    static let head = "local S = Strategy { name = 'x', timeframe = '1h', params = { fast = param.int { 3 } } } "

    static func method(_ title: String, _ body: String, _ expected: String...) -> LintCase {
        var result = LintCase(title, "\(head)\n\(body)\nfunction S:init() self.n = self.params.fast end return S")
        result.expected = expected
        return result
    }
}

@Suite("The lint of strategies")
struct LintTests {
    private static let cases: [LintCase] = [
        LintCase("a read of a name nobody sets", "local x = emma\nreturn x", "1:11 undefined-global"),
        LintCase(
            "a name that is set in another function", "function f() return n end n = 1 f()", "1:10 accidental-global",
            "1:27 accidental-global"),
        LintCase("a name of the sandbox", "return math.abs(-1), Strategy, now(), random(), tostring(1)"),
        LintCase("a name the full Lua has", "return os.time()", "1:8 undefined-global"),
        LintCase("one finding for each name", "return a + a, b", "1:8 undefined-global", "1:15 undefined-global"),
        LintCase("a source that has its own environment", "local _ENV = {} x = y"),
        LintCase("a local read in its own initialiser", "local x = x\nreturn x", "1:11 undefined-global"),
        LintCase("a local of a block that has ended", "do local x = 1 print(x) end return x", "1:36 undefined-global"),
        LintCase("the condition of repeat sees its body", "repeat local done = true until done"),
        LintCase("the variables of a loop", "for i = 1, 3 do print(i) end for k, v in pairs({}) do print(k, v) end"),
        LintCase("a global set in the chunk", "x = 1", "1:1 accidental-global"),
        LintCase("a replaced standard name", "print = 3", "1:1 accidental-global"),
        LintCase("a local set in a function", "local x = 0 local function f() x = x + 1 end f() return x"),
        LintCase("an unused local", "local x = 1", "1:7 unused-local"),
        LintCase("a local that is only set", "local x x = 2", "1:7 unused-local"),
        LintCase("an unused local function", "local function f() end", "1:16 unused-local"),
        LintCase("an unused local that says so", "local _x, _ = 1, 2"),
        LintCase("an unused argument", "local function f(a) end f()"),
        LintCase("a field that math does not have", "return math.pow(2, 3)", "1:13 undefined-field"),
        LintCase("a kind of parameter that does not exist", "return param.integer { 3 }", "1:14 undefined-field"),
        LintCase("a duplicate key", "return Strategy { name = 'a', name = 'b' }", "1:31 duplicate-key"),
        .method("a misspelt field of self", "function S:should_exit() return self.prams.x end", "2:38 undefined-field"),
        .method("a field of self that nothing sets", "function S:f() return self.zzz end", "2:28 undefined-field"),
        .method(
            "self handed to code that may set fields", "local g = load_it function S:f() g(self) return self.zzz end",
            "2:11 undefined-global"),
        .method(
            "a misspelt field although self is handed on", "function S:f() print(self) return self.closes end",
            "2:40 undefined-field"),
        .method("a field set in another method", "function S:f() self.x = 1 end function S:g() return self.x end"),
        .method(
            "a field of the host that is replaced", "function S:f() self.close = 1 self.state = {} end",
            "2:21 overwritten-field"),
        .method("a method of its own", "function S:f() return self:g() end function S:g() return 1 end"),
        .method(
            "a callback declared with a dot", "function S.should_long() return self.x end",
            "2:33 undefined-global"),
        .method("a callback that takes self by name", "function S.should_long(self) return self.close[0] > 1 end"),
        .method(
            "a callback set as a field", "S.should_long = function(self) return self.closed end",
            "2:44 undefined-field"),
        .method("a callback that forgets return", "function S:should_long() print(1) end", "2:12 missing-return"),
        .method(
            "a return in an inner function is not the callback's",
            "function S:should_long() local f = function() return 1 end f() end", "2:12 missing-return"),
        .method("an empty callback", "function S:should_short() end"),
        .method("a bare return", "function S:should_long() if 1 then return end print(1) end", "2:12 missing-return"),
        .method(
            "a percentage in place of a fraction", "function S:calculate_stop_loss() return 2 end",
            "2:41 fraction-expected"),
        .method("a fraction", "function S:calculate_stop_loss() return 0.02 end"),
        .method("a method called with a dot", "function S:on_candle() self.buy { value = 10 } end", "2:29 dot-call"),
        .method(
            "a position asked for itself", "function S:on_candle() if not self.position then print(1) end end",
            "2:36 always-true"),
        .method("a position kept in a local", "function S:on_candle() local p = self.position print(p.is_open) end"),
        .method(
            "a position asked for a field", "function S:on_candle() if self.position.is_open then print(1) end end"),
        .method(
            "a distance where an order wants a price", "function S:on_candle() self:buy { value = 1, stop = 0.02 } end",
            "2:46 price-expected"),
        .method("a price in an order", "function S:on_candle() self:buy { value = 0.5, take = self.close[0] * 2 } end"),
        .method("a name like a callback's", "function S:on_candle_closed() end", "2:12 uncalled-callback"),
        .method(
            "a name like a callback's that is called",
            "function S:should_wait() return 1 end "
                + "function S:should_long() return self:should_wait() > 0 end"),
        .method(
            "a fraction in place of an amount", "function S:calculate_position_size() return 0.1 end",
            "2:45 amount-expected"),
        .method("an amount", "function S:calculate_position_size() return 100 end"),
        .method("close with a dot is a series", "function S:on_candle() print(self.close[0]) end"),
        .method(
            "a callback defined twice",
            "function S:should_exit() return true end function S:should_exit() return false end",
            "2:53 duplicate-callback"),
        .method(
            "an indicator made while trading",
            "local ta = require 'ta' function S:should_long() "
                + "return ta.ema(self.close, 3)[0] > 1 end", "2:60 indicator-outside-init"),
        .method(
            "an indicator made by a function that init calls",
            "local ta = require 'ta' function S:make() "
                + "return ta.ema(self.close, 3) end"),
        .method(
            "an indicator that does not exist",
            "local ta = require 'ta' function S:make() "
                + "return ta.emma(self.close, 3) end", "2:53 undefined-field"),
    ]

    @Test("Each rule finds its mistake and leaves the neighbouring good code alone", arguments: cases)
    private func rule(_ sample: LintCase) {
        let findings = StrategyLint.findings(source: sample.source)
        #expect(findings.map { "\($0.line):\($0.column ?? 0) \($0.code)" } == sample.expected)
        #expect(findings.allSatisfy { $0.severity == .warning })
    }

    @Test(
        "A parameter counts as read wherever the strategy can see it",
        arguments: [
            "function S:f() return self.params.fast end", "function S:f() local p = self.params return p.fast end",
            "function S:f() return self.params['fast'] end", "function S:f() print(self.params) end",
            "function S:f(k) return self.params[k] end", "function S:f() return S.params.fast end",
            "function S.valid(p) return p.fast > 2 end",
        ])
    func readParameters(_ body: String) {
        #expect(StrategyLint.findings(source: "\(LintCase.head)\n\(body)\nreturn S").isEmpty)
    }

    @Test(
        "A parameter that nothing reads is named with its place",
        arguments: ["", "function S:f() return self.fast end", "function S:f() return self.params.slow end"])
    func unreadParameter(_ body: String) throws {
        let findings = StrategyLint.findings(source: "\(LintCase.head)\n\(body)\nreturn S")
        let finding = try #require(findings.first { $0.code == "unused-param" })
        #expect(finding.line == 1)
        #expect(finding.column == 63)
    }

    @Test(
        "A finding proposes what to write",
        arguments: [
            ("return None", "in Lua this is written nil"), ("return math.pow(1, 2)", "in Lua this is written x ^ y"),
            ("return math.aabs(1)", "did you mean math.abs?"), ("return param.integer", "did you mean param.int?"),
            ("local abc = 1 return abd, abc", "did you mean abc?"), ("return close[0]", "did you mean self.close?"),
            ("return ta.ema", "write local ta = require \"ta\" at the top of the file"),
            ("function f() return f() end", "write local function f"),
        ])
    func hints(_ source: String, _ hint: String) {
        #expect(StrategyLint.findings(source: source).first?.hint?.english == hint)
    }

    @Test("Every message and hint is written in both languages")
    func languages() {
        for sample in Self.cases {
            for finding in StrategyLint.findings(source: sample.source) {
                #expect(finding.message.english != finding.message.french)
                #expect(finding.hint.map { $0.english != $0.french } ?? true)
            }
        }
    }

    @Test("A flood of findings is cut")
    func flood() {
        for line in ["g# = 1", "print(g#)", "print(math.g#)", "local l# = 1", "print(self.g#)"] {
            let source = (0..<500).map { line.replacing("#", with: "\($0)") }.joined(separator: "\n")
            #expect((1...StrategyLint.findingLimit).contains(StrategyLint.findings(source: source).count), "\(line)")
        }
    }
}
