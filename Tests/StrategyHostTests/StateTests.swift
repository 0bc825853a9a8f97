import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("State and determinism")
struct StateTests {
    private let busy = strategy(
        """
        function S:init() self.fast = ta.ema(self.close, 5) self.slow = ta.ema(self.close, 20) end
        function S:on_candle()
          local s = self.state
          s.seen = (s.seen or 0) + 1
          s.dice = s.dice or {}
          s.dice[#s.dice % 8 + 1] = random(1, 1000)
          log.info(string.format("%d %.17g %d", s.seen, random(), s.dice[1]))
          if not self.position.is_open and ta.crossover(self.fast, self.slow) then
            self:buy { value = 1000 + random(1, 100), stop = self.close[0] * 0.97, tag = "n" .. s.seen }
          elseif self.position.is_open and random() < 0.05 then
            self:close { tag = "dice" }
          end
        end
        function S:on_fill(f) self.state.last = f.price plot("fill", f.price + random()) end
        """, keys: "warmup = 25")

    @Test("The same script, candles and seed give the same decisions, another seed others")
    func reproducible() throws {
        let series = TestCandles.synthetic(600)
        func run(seed: UInt64) throws -> StrategyRun {
            try StrategyRun(busy, on: series, options: InstanceOptions(seed: seed)).run()
        }
        let first = try run(seed: 1)
        let again = try run(seed: 1)
        let other = try run(seed: 2)
        #expect(first.trades.count > 3)
        #expect(first.intents == again.intents)
        #expect(first.logTexts == again.logTexts)
        #expect(first.plots.map(\.point) == again.plots.map(\.point))
        #expect(first.trades == again.trades)
        #expect(try first.instance.snapshotState() == again.instance.snapshotState())
        #expect(first.logTexts != other.logTexts)
    }

    @Test("A candle's random numbers depend on the candle, not on how many came before")
    func randomByCandle() throws {
        let source = strategy("function S:on_candle() log.info(tostring(random(1, 1000000))) end")
        let series = TestCandles.synthetic(50, hasGaps: false)
        let whole = try StrategyRun(source, on: series).run().logTexts
        let late = try StrategyRun(source, on: series.slice(20..<50)).run().logTexts
        #expect(Array(whole[20...]) == late)
        #expect(Set(whole).count > 45)
    }

    @Test("A run that is stored and restored in its middle goes on as if nothing had happened")
    func restart() throws {
        let series = TestCandles.synthetic(400, hasGaps: false)
        let source = strategy(
            """
            function S:init() self.mean = ta.ema(self.close, 10) end
            function S:on_candle()
              local s = self.state
              s.sum = (s.sum or 0) + self.mean[0]
              s.words = s.words or { "a", deep = { [3] = true, x = 1.5 } }
              s.count = (s.count or 0) + random(1, 6)
              log.info(tostring(s.sum) .. " " .. s.count)
            end
            """)
        let whole = try StrategyRun(source, on: series).run()
        let before = try StrategyRun(source, on: series).run(to: 250)
        let stored = try before.instance.snapshotState()
        let after = try StrategyRun(source, on: series)
        try after.instance.restoreState(stored)
        #expect(try after.instance.snapshotState() == stored)
        while after.instance.candleCount < 250 { after.instance.observeCandle() }
        let account = after.account
        var logs: [String] = []
        while after.instance.hasNextCandle {
            if after.instance.closeCandle(account, nextOrderID: OrderID(1), openOrders: []) {
                logs += after.instance.takeDecision().logs.map(\.text)
            }
        }
        #expect(before.logTexts + logs == whole.logTexts)
        #expect(try after.instance.snapshotState() == whole.instance.snapshotState())
    }

    @Test("The stored form is canonical text")
    func canonical() throws {
        let run = try StrategyRun(
            strategy(
                """
                function S:on_candle()
                  self.state.b = { 1, 2.5, "x", [10] = false }
                  self.state.a = "two\\nlines"
                  self.state["with space"] = -1e300
                end
                """), on: try TestCandles.rising(1)
        ).run()
        let text = String(decoding: try run.instance.snapshotState(), as: UTF8.self)
        #expect(text == #"{a="two\010lines",b={1,2.5,"x",[10]=false},["with space"]=-1e+300}"#)
    }

    @Test(
        "What cannot be stored is refused with its place",
        arguments: [
            ("self.state.f = print", "self.state.f is a function"),
            ("self.state.a = { b = { self.close } }", "self.state.a.b[1] is a series"),
            ("self.state = 5", "self.state is a number"), ("self.state[true] = 1", "a key in self.state is a boolean"),
            ("for i = 1, 9000 do self.state[i] = 'eight by' end", "bytes: expected at most 65536"),
            ("self.state.me = self.state", "self.state cannot be stored"),
        ])
    func unstorable(body: String, said: String) throws {
        let run = try StrategyRun(
            strategy("function S:on_candle() \(body) end"), on: try TestCandles.rising(1)
        ).run()
        let error = #expect(throws: StrategyError.self) { try run.instance.snapshotState() }
        #expect(error?.message.english.contains(said) == true)
    }

    @Test("Another version takes over the state through on_upgrade")
    func upgrade() throws {
        let old = Array(#"{count=3}"#.utf8)
        func state(_ body: String) throws -> String {
            let run = try StrategyRun(strategy(body), on: try TestCandles.rising(1))
            try run.instance.upgradeState(old, fromVersion: "1.0")
            return String(decoding: try run.instance.snapshotState(), as: UTF8.self)
        }
        #expect(
            try state("function S:on_upgrade(old, v) return { n = old.count, from = v } end") == #"{from="1.0",n=3}"#)
        #expect(try state("function S:on_upgrade(old) self.state.n = old.count end") == "{n=3}")
        #expect(try state("") == "{count=3}")
        #expect(throws: StrategyError.self) { try state("function S:on_upgrade() error('no') end") }
    }

    @Test("Stored bytes that are damaged are refused", arguments: ["", "{", "5", "{a=}", "{a=1", "{}x", "{[1=2}"])
    func damaged(text: String) throws {
        let run = try StrategyRun(strategy(""), on: try TestCandles.rising(1))
        #expect(throws: StrategyError.self) { try run.instance.restoreState(Array(text.utf8)) }
    }
}
