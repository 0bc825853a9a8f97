import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("Parameters")
struct ParameterTests {
    private let source = strategy(
        """
        function S:on_candle()
          local p = self.params
          log.info(math.type(p.n) .. " " .. p.n .. " " .. p.x .. " " .. p.kind .. " " .. tostring(p.on))
        end
        """,
        keys: """
            params = {
              n = param.int { 10, min = 5, max = 50, step = 5 }, x = param.float { 0.5, min = 0, max = 1 },
              kind = param.choice { "sma", "ema" }, on = param.bool { true },
            }, valid = function(p) return p.n * p.x < 20, "too much" end,
            """)

    private func log(_ parameters: [String: String]) throws -> String? {
        try StrategyRun(
            source, on: try TestCandles.rising(1), options: InstanceOptions(parameters: parameters)
        ).run().logTexts.first
    }

    @Test("Defaults hold unless overridden by text")
    func values() throws {
        #expect(try log([:]) == "integer 10 0.5 sma true")
        #expect(try log(["n": "7", "x": "1", "kind": "ema", "on": "false"]) == "integer 7 1.0 ema false")
        #expect(try log(["x": "1e-3", "on": "0"]) == "integer 10 0.001 sma false")
    }

    @Test(
        "What is no value of a parameter is refused",
        arguments: [
            ("n", "4", "a whole number from 5 to 50"), ("n", "7.5", "a whole number"), ("n", "", "a whole number"),
            ("x", "nan", "a number from 0.0 to 1.0"), ("x", "2", "a number from 0.0 to 1.0"),
            ("kind", "wma", "one of 'sma', 'ema'"), ("on", "maybe", "true or false"),
        ])
    func refused(name: String, text: String, says: String) {
        let findings = refusals(source, options: InstanceOptions(parameters: [name: text]))
        #expect(findings.map(\.code) == ["parameter-value"])
        #expect(findings.first?.message.english.contains(says) == true)
    }

    @Test("An unknown parameter is answered with the nearest known one")
    func unknown() {
        let finding = refusals(source, options: InstanceOptions(parameters: ["knid": "sma"])).first
        #expect(finding?.code == "unknown-parameter")
        #expect(finding?.hint?.english == "did you mean kind?")
    }

    @Test("valid(p) refuses combinations, with its reason")
    func validity() throws {
        let finding = refusals(source, options: InstanceOptions(parameters: ["n": "50"])).first
        #expect(finding?.code == "invalid-parameters")
        #expect(finding?.message.english.contains("n=50") == true)
        #expect(finding?.message.english.hasSuffix(": too much") == true)
        let script = try StrategyScript(name: "x", source: source)
        try StrategyInstance.checkParameters(["n": "20"], of: script)
        #expect(throws: StrategyError.self) { try StrategyInstance.checkParameters(["n": "50"], of: script) }
    }

    @Test("The declaration is read without candles")
    func declaration() throws {
        let script = try StrategyScript(
            name: "x",
            source: strategy(
                "function S:on_candle() end",
                keys: #"version = "2", uses = { "4h", "1h" }, symbols = { "ETH/USDT" }, market = "futures", warmup = 9"#
            ))
        let found = try StrategyInstance.declaration(of: script)
        #expect(found.name == "Test" && found.version == "2" && found.warmup == 9 && found.history == 2_000)
        #expect(found.uses == [.h1, .h4] && found.market == .futures && found.callbacks == [.onCandle])
        let keys = found.otherFeeds(for: TestCandles.symbol).map { "\($0.symbol) \($0.timeframe)" }
        #expect(keys == ["BTC/USDT 1h", "BTC/USDT 4h", "ETH/USDT 15m", "ETH/USDT 1h", "ETH/USDT 4h"])
    }

    @Test("A parameter that does not exist is an error where it is read")
    func unknownField() throws {
        let run = try StrategyRun(
            strategy(
                "function S:on_candle() local x = self.params.fsat end", keys: "params = { fast = param.int { 1 } }"),
            on: try TestCandles.rising(1)
        ).run()
        #expect(run.failures.count == 1)
    }
}
