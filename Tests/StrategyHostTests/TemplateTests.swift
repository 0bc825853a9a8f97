import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("Template callbacks")
struct TemplateTests {
    private func run(_ body: String, keys: String = "warmup = 2", candles: Int = 8) throws -> StrategyRun {
        try StrategyRun(strategy(body, keys: keys), on: try TestCandles.rising(candles)).run()
    }

    @Test("A flat strategy is asked long, short, size, stop, target, in this order, and enters")
    func orderOfQuestions() throws {
        let run = try run(
            """
            function S:should_long() log.info("long") return self.close[0] == 104, "why" end
            function S:should_short() log.info("short") return false end
            function S:calculate_position_size() log.info("size") return self.balance * 0.1 end
            function S:calculate_stop_loss() log.info("stop") return 0.02 end
            function S:calculate_take_profit() log.info("target") return 0.04 end
            """, candles: 5)
        #expect(run.logTexts == ["long", "short", "long", "short", "long", "short", "size", "stop", "target"])
        let entry = EntryIntent(.long, size: .value(1_000), stop: .distance(0.02), target: .distance(0.04), tag: "why")
        #expect(run.intents == [.enter(entry)])
        #expect(run.decisions.last?.index == 4)
    }

    @Test("Callbacks begin with the candle whose index is the warm-up")
    func warmup() throws {
        let run = try run("function S:should_long() log.info(tostring(#self.close)) return false end")
        #expect(run.logTexts == ["3", "4", "5", "6", "7", "8"])
    }

    @Test("An open position is asked should_exit, on spot should_short, then update_position")
    func openPosition() throws {
        let run = try run(
            """
            function S:should_long() return #self.close == 3 end
            function S:should_short() log.info("short" .. #self.close) return #self.close == 7, "turned" end
            function S:should_exit() log.info("exit" .. #self.close) return false end
            function S:update_position() log.info("update" .. #self.close) self:set_stop(self.close[0] - 5) end
            function S:calculate_position_size() return 1000 end
            """)
        #expect(
            run.logTexts == [
                "short3", "exit4", "short4", "update4", "exit5", "short5", "update5", "exit6", "short6", "update6",
                "exit7", "short7", "short8",
            ])
        #expect(run.intents.dropFirst() == [.moveStop(98), .moveStop(99), .moveStop(100), .exit(reason: "turned")])
        #expect(run.trades.map(\.reason) == ["turned"])
    }

    @Test("On futures should_short opens a short position and is not asked while one is open")
    func futures() throws {
        let run = try run(
            """
            function S:should_short() log.info("asked" .. #self.close) return true, "down" end
            function S:calculate_position_size() return units(2) end
            function S:stop_price(side, entry) return entry + (side == "short" and 3 or -3) end
            function S:target_price(side, entry, stop) return entry - (stop - entry) end
            """, keys: #"warmup = 2, market = "futures""#, candles: 4)
        #expect(run.logTexts == ["asked3"])
        let entry = EntryIntent(.short, size: .quantity(2), stop: .price(105), target: .price(99), tag: "down")
        #expect(run.intents == [.enter(entry)])
    }

    @Test("Both true is an error in the journal and no trade")
    func bothTrue() throws {
        let run = try run(
            """
            function S:should_long() return true end
            function S:should_short() return true end
            function S:calculate_position_size() return 1000 end
            """, candles: 3)
        #expect(run.intents.isEmpty)
        #expect(run.journal.map(\.kind) == [.failed])
        #expect(run.journal[0].message.english.contains("both answered true"))
        #expect(run.failures.isEmpty)
    }

    @Test(
        "A size that is nothing is skipped with its reason",
        arguments: [
            ("nil", "nil"), ("0", "0"), ("0/0", "NaN"), ("-5", "-5"), ("1/0", "inf"), ("units(0)", "0"),
        ])
    func skippedSize(answer: String, shown: String) throws {
        let run = try run(
            """
            function S:should_long() return true end
            function S:calculate_position_size() return \(answer) end
            """, candles: 3)
        #expect(run.intents.isEmpty)
        #expect(run.failures.isEmpty)
        #expect(run.journal.map(\.kind) == [.skipped])
        #expect(run.journal[0].message.english == "no entry: calculate_position_size answered \(shown)")
    }

    @Test("A size of a wrong kind is an error at the function's line", arguments: [#""100""#, "{}", "true", "print"])
    func wrongSize(answer: String) throws {
        let run = try run(
            """
            function S:should_long() return true end
            function S:calculate_position_size() return \(answer) end
            """, candles: 3)
        #expect(run.intents.isEmpty)
        #expect(run.failures.map(\.callback) == [.positionSize])
        #expect(run.failures.first?.diagnostic.line == 4)
        #expect(run.failures.first?.diagnostic.code == "wrong-answer")
    }

    @Test("The balance itself, units and integers are sizes")
    func goodSizes() throws {
        for (answer, size) in [
            ("self.balance", OrderSize.value(10_000)), ("units(0.5)", .quantity(0.5)), ("7", .value(7)),
            ("self.balance:percent(0.25)", .value(2_500)), ("self.balance:risk(0.01, 0.05)", .value(2_000)),
            ("self.balance:risk(0.1, 0.05)", .value(10_000)), ("self.balance.equity / 2", .value(5_000)),
        ] {
            let run = try run(
                """
                function S:should_long() return true end
                function S:calculate_position_size() return \(answer) end
                """, candles: 3)
            #expect(run.intents == [.enter(EntryIntent(.long, size: size))], "\(answer)")
        }
    }

    @Test(
        "0 and nil are no stop; a stop that nobody can mean is no entry", arguments: ["nil", "0", "-0.1", "0/0", "1"])
    func stops(answer: String) throws {
        let run = try run(
            """
            function S:should_long() return true end
            function S:calculate_position_size() return 100 end
            function S:calculate_stop_loss() return \(answer) end
            """, candles: 3)
        if answer == "nil" || answer == "0" {
            #expect(run.intents == [.enter(EntryIntent(.long, size: .value(100)))])
        } else {
            #expect(run.intents.isEmpty)
            #expect(run.journal.map(\.kind) == [.skipped])
        }
    }

    @Test("A question answered with a number is an error, because 0 would be true")
    func numberAsTruth() throws {
        let run = try run("function S:should_long() return 0 end", candles: 3)
        #expect(run.failures.map(\.diagnostic.code) == ["wrong-answer"])
    }

    @Test("Callbacks on a table that the strategy inherits from are found")
    func inherited() throws {
        let run = try run(
            """
            local Base = {}
            function Base:should_long() log.info("inherited") return false end
            setmetatable(S, { __index = Base })
            """, candles: 3)
        #expect(run.logTexts == ["inherited"])
    }
}
