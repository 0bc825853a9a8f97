import LuaRuntime
import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("Errors end the call, not the strategy")
struct IsolationTests {
    @Test("A failed callback is told with its name and line, in both languages, and the next candle goes on")
    func oneError() throws {
        let run = try StrategyRun(
            strategy(
                """
                function S:on_candle()
                  if #self.close == 2 then
                    local x = nil + 1
                  end
                  log.info("after " .. #self.close)
                end
                """), on: try TestCandles.rising(4)
        ).run()
        #expect(run.logTexts == ["after 1", "after 3", "after 4"])
        let failure = try #require(run.failures.first)
        #expect(run.failures.count == 1)
        #expect(failure.callback == .onCandle)
        #expect(failure.diagnostic.line == 5)
        #expect(failure.diagnostic.message.english.hasPrefix("on_candle: attempt to perform arithmetic"))
        #expect(run.journal.first?.message.english.hasPrefix("line 5: on_candle: ") == true)
        #expect(run.journal.first?.message.french.hasPrefix("ligne 5 : on_candle : ") == true)
        #expect(run.instance.failuresInARow == 0)
    }

    @Test("After several failures in a row it pauses, clocks go on, and it can be resumed")
    func pause() throws {
        let run = try StrategyRun(
            strategy("function S:on_candle() if #self.close < 9 then error('boom') end log.info(#self.close) end"),
            on: try TestCandles.rising(12)
        ).run(to: 7)
        #expect(run.instance.isPaused)
        #expect(run.failures.count == 5)
        #expect(run.journal.last?.message.english.contains("paused after 5 failures in a row") == true)
        run.run(to: 10)
        #expect(run.logTexts.isEmpty)
        run.instance.resume()
        run.run()
        #expect(run.logTexts == ["11", "12"])
    }

    @Test("Failures that are not in a row do not pause")
    func notInARow() throws {
        let run = try StrategyRun(
            strategy("function S:on_candle() if #self.close % 5 ~= 0 then error('boom') end end"),
            on: try TestCandles.rising(50)
        ).run()
        #expect(run.failures.count == 40)
        #expect(!run.instance.isPaused)
    }

    @Test("A failing question keeps the others: should_exit fails, update_position is asked")
    func othersAsked() throws {
        let run = try StrategyRun(
            strategy(
                """
                function S:should_long() return true end
                function S:calculate_position_size() return 100 end
                function S:should_exit() error("boom") end
                function S:update_position() log.info("updated") end
                """), on: try TestCandles.rising(3)
        ).run()
        #expect(run.logTexts == ["updated", "updated"])
        #expect(run.failures.map(\.callback) == [.shouldExit, .shouldExit])
    }

    @Test("When one of the entry questions fails nobody enters, and the other is still asked")
    func noEntryOnFailure() throws {
        let run = try StrategyRun(
            strategy(
                """
                function S:should_long() error("boom") end
                function S:should_short() log.info("asked") return true end
                function S:calculate_position_size() return 100 end
                """, keys: #"market = "futures""#), on: try TestCandles.rising(1)
        ).run()
        #expect(run.intents.isEmpty)
        #expect(run.logTexts == ["asked"])
    }

    @Test("A loop without end is stopped by its budget, whatever it is wrapped in")
    func endless() throws {
        var options = InstanceOptions()
        options.limits.lua.instructions = 200_000
        for body in ["while true do end", "while true do pcall(function() while true do end end) end"] {
            let run = try StrategyRun(
                strategy("function S:on_candle() \(body) end"), on: try TestCandles.rising(2), options: options
            ).run()
            #expect(run.failures.map(\.diagnostic.code) == ["instructions", "instructions"])
        }
    }

    @Test("What a failed event callback had asked for does not count")
    func failedEvent() throws {
        let run = try StrategyRun(
            strategy(
                """
                function S:on_candle() if #self.close == 1 then self:buy { qty = 1 } end end
                function S:on_fill() self:set_stop(50) error("boom") end
                """), on: try TestCandles.rising(2)
        ).run()
        #expect(run.failures.map(\.callback) == [.onFill])
        #expect(run.intents == [.submit(OrderIntent(.buy, size: .quantity(1)))])
    }

    @Test("Instances share nothing")
    func separate() throws {
        let source = strategy("count = 0 function S:on_candle() count = count + 1 log.info(count) end")
        let series = try TestCandles.rising(3)
        let first = try StrategyRun(source, on: series).run()
        let second = try StrategyRun(source, on: series).run()
        #expect(first.logTexts == ["1", "2", "3"])
        #expect(second.logTexts == first.logTexts)
    }
}
