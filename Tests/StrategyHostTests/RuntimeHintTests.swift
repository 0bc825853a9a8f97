import Testing
import Wording

@testable import StrategyHost

@Suite("Hints at errors of a running strategy")
struct RuntimeHintTests {
    /// Each body of `should_long` fails in its own way; the hint must hold the words.
    @Test(
        "The checker says what lies behind Lua's words",
        arguments: [
            ("return self.close > self.fast", "self.close[0]"), ("return self.close - 1 > 0", "self.close[0]"),
            ("return self.macd[0] > 1", "self.macd.hist[0]"),
            ("for _ in ipairs(self.close) do end", "has no end"), ("return self.candles[0].opn > 1", "open"),
            ("return self.macd.histogram[0] > 1", "macd, signal, hist"),
            ("return self.close[-1] > 1", "[0] is the last closed candle"), ("return self.slow[0] > 1", "slow"),
            ("return close[0] > 1", "self.close"), ("return self:bui { value = 1 }", "self:buy"),
            ("return self:nothing()", "no function nothing"), ("return self.position.stop > 1", "nil"),
            ("return self.balance + nil > 1", "nil"), ("error({})", "text"), ("return require 'statz'", "stats"),
            ("return require 'talib'", "class, exits, patterns, sizing, stats, ta"),
        ])
    func hints(_ body: String, _ words: String) throws {
        let source = """
            local ta = require "ta"
            local S = Strategy { name = "Hints", timeframe = "1h" }
            function S:init() self.fast = ta.ema(self.close, 3) self.macd = ta.macd(self.close) end
            function S:should_long() \(body) end
            function S:calculate_position_size() return 10 end
            return S
            """
        let findings = StrategyChecker.check(name: "hints.lua", bytes: Array(source.utf8))
        let error = try #require(findings.first { $0.severity == .error })
        let hint = try #require(error.hint, "\(error.message)")
        #expect(error.line == 4)
        #expect(hint.english.contains(words), "\(error.message)")
        #expect(hint.english != hint.french)
    }

    @Test("Words of the strategy's own are left as they are")
    func own() {
        #expect(RuntimeHint.hint(for: "no luck today") == nil)
    }
}
