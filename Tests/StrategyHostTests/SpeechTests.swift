import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("log, plot, notify")
struct SpeechTests {
    private func run(_ body: String, candles: Int = 1) throws -> StrategyRun {
        try StrategyRun(
            strategy("function S:on_candle() \(body) end"), on: try TestCandles.rising(candles)
        ).run()
    }

    @Test("A log line has a level, a text and fields in the order of their names")
    func lines() throws {
        let run = try run(#"log.warn("low\nbalance", { b = 2, a = { 1, x = true } }) log.error(5) log.debug(nil)"#)
        #expect(run.logs.map(\.level) == [.warn, .error, .debug])
        #expect(run.logTexts == ["low balance", "5", "nil"])
        #expect(run.logs[0].fields.map { "\($0.name)=\($0.value)" } == ["a={1,x=true}", "b=2"])
    }

    @Test("Log lines are bounded in count and bytes, and the log says how many were dropped")
    func bounded() throws {
        let run = try run(#"for i = 1, 100 do log.info(string.rep("x", 5000), { k = string.rep("y", 5000) }) end"#)
        #expect(run.logs.count == 21)
        #expect(run.logTexts.last == "80 more lines were dropped")
        #expect(run.logs.allSatisfy { $0.text.utf8.count <= 1_000 && $0.fields.isEmpty })
        #expect(run.failures.isEmpty)
    }

    @Test("What is printed is a line of the log")
    func printed() throws {
        let run = try run(
            #"print("a", 1, nil, self.balance >= 10000) for i = 1, 30 do print(string.rep("é", 900)) end"#)
        #expect(run.logs[0].level == .info)
        #expect(run.logTexts[0] == "a 1 nil true")
        #expect(run.logs.count == 21)
        #expect(run.logs.allSatisfy { $0.text.utf8.count <= 1_000 })
    }

    @Test("The last plotted value of a name counts, and names are bounded")
    func plots() throws {
        let run = try run(#"plot("a", 1) plot("a", 2) plot("b", self.balance) plot("c", nil)"#)
        #expect(run.plots.map(\.point.name) == ["a", "b", "c"])
        #expect(run.plots.map(\.point.value)[..<2] == [2, 10_000])
        #expect(run.plots[2].point.value.isNaN)
        let many = try self.run(#"for i = 1, 100 do plot("p" .. i, i) end"#)
        #expect(many.failures.first?.diagnostic.message.english.contains("more than 32 names") == true)
        #expect(try self.run(#"plot("a", "b")"#).failures.count == 1)
        #expect(try self.run("plot(5 // 1 == 5, 1)").failures.count == 1)
    }

    @Test("Notices are bounded in count and bytes")
    func notices() throws {
        let run = try run(#"for i = 1, 10 do notify(string.rep("é", 1000)) end"#)
        let notices = run.decisions.flatMap(\.decision.notices)
        #expect(notices.count == 3)
        #expect(notices.allSatisfy { $0.utf8.count <= 500 && $0.allSatisfy { $0 == "é" } })
    }

    @Test("random and now are there, the clock and files are not")
    func surroundings() throws {
        #expect(try run("log.info(tostring(random() < 1 and now() > 0))").logTexts == ["true"])
        for name in ["os", "io", "debug", "load", "dofile", "package", "collectgarbage"] {
            #expect(try run("log.info(tostring(\(name)))").logTexts == ["nil"])
        }
        for name in ["os", "io", "../x", "ta.lua", ""] {
            #expect(try run("require('\(name)')").failures.count == 1)
        }
    }

    @Test("What the host gives cannot be changed by a script")
    func readOnly() throws {
        for write in [
            "log.info = 1", "param.int = 1", "self.position.qty = 1", "self.balance.free = 1", "self.params.x = 1",
            "self.close[0] = 1", "self.candles.close = 1", "require('ta').ema = 1",
        ] {
            #expect(try run(write).failures.count == 1, "\(write)")
        }
    }
}
