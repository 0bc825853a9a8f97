import Market
import StrategyHost
import Testing
import Trading
import Wording

@testable import Backtest

@Suite("The candles of a run")
struct HistoryTests {
    /// Rises by 1 a minute from 100.
    static func minutes(_ count: Int, symbol: String = "BTC/USDT") throws -> CandleSeries {
        try Scripts.candles(
            (0..<count).map { index in
                let open = 100 + Double(index)
                return (open, open + 1.5, open - 0.5, open + 1)
            }, symbol: symbol)
    }

    @Test("coarser candles are built from the file's, and the incomplete last one is left out")
    func coarse() throws {
        let source = """
            local S = Strategy { name = "coarse", timeframe = "5m", warmup = 0 }
            function S:on_candle() log.info(self.open[0] .. " " .. self.close[0]) end
            return S
            """
        let result = try Backtest.run(Scripts.script(source), series: [try Self.minutes(13)])
        #expect(result.timeframe == .m5)
        #expect(result.range.count == 2)
        // Minutes 0-4 open at 100 and close at 105, minutes 5-9 at 105 and 110; minutes 10-12 are no whole candle.
        #expect(result.notes.entries.map { $0.message.english } == ["100.0 105.0", "105.0 110.0"])
    }

    @Test("a file coarser than the strategy's timeframe is refused with both named")
    func tooCoarse() throws {
        let source = Scripts.buying(at: 1)
        let hours = try Scripts.candles(ContractTests.rising, timeframe: .h1)
        #expect {
            try Backtest.run(Scripts.script(source), series: [hours])
        } throws: { error in
            let text = "\(error)"
            return error is BacktestError && text.contains("1m") && text.contains("1h")
        }
    }

    @Test("candles before --from warm the indicators and are not traded")
    func from() throws {
        var options = BacktestOptions()
        options.from = Timestamp(milliseconds: Scripts.minute(6))
        let source = """
            local ta = require "ta"
            local S = Strategy { name = "warm", timeframe = "1m" }
            function S:init() self.mean = ta.sma(self.close, 4) end
            function S:on_candle() log.info(#self.close .. " " .. self.mean[0]) end
            return S
            """
        let result = try Backtest.run(Scripts.script(source), series: [try Self.minutes(8)], options: options)
        #expect(result.range == 6..<8)
        #expect(result.equity.count == 2)
        // The close of minute n is 101 + n: the mean of minutes 3 to 6 is 105.5.
        #expect(result.notes.entries.map { $0.message.english } == ["7 105.5", "8 106.5"])
    }

    @Test("candles at --to and later are left out")
    func to() throws {
        var options = BacktestOptions()
        options.to = Timestamp(milliseconds: Scripts.minute(3))
        let result = try Backtest.run(
            Scripts.script(Scripts.buying(at: 1)), series: [try Self.minutes(8)], options: options)
        #expect(result.range.count == 3)
        #expect(result.to?.milliseconds == Scripts.minute(2))
    }

    @Test("a period without candles is refused with the history's ends")
    func emptyPeriod() throws {
        var options = BacktestOptions()
        options.from = try Timestamp(parsing: "2030-01-01")
        #expect {
            try Backtest.run(Scripts.script(Scripts.buying(at: 1)), series: [try Self.minutes(8)], options: options)
        } throws: { error in
            "\(error)".contains("2024-01-01T00:07:00Z")
        }
    }

    @Test("a symbol that the strategy reads and nobody gave is named")
    func missingSymbol() throws {
        let source = Scripts.buying(at: 1, keys: "symbols = { \"ETH/USDT\" },")
        #expect {
            try Backtest.run(Scripts.script(source), series: [try Self.minutes(8)])
        } throws: { error in
            "\(error)".contains("ETH/USDT")
        }
    }

    @Test("several timeframes and symbols show closed candles only")
    func otherFeeds() throws {
        let source = """
            local S = Strategy {
              name = "feeds", timeframe = "1m", warmup = 0, uses = { "5m" }, symbols = { "ETH/USDT" },
            }
            function S:on_candle()
              log.info(#self.close .. " " .. #self:tf("5m").close .. " " .. #self:symbol("ETH/USDT", "1m").close)
            end
            return S
            """
        let result = try Backtest.run(
            Scripts.script(source), series: [try Self.minutes(6), try Self.minutes(6, symbol: "ETH/USDT")])
        #expect(
            result.notes.entries.map { $0.message.english } == ["1 0 1", "2 0 2", "3 0 3", "4 0 4", "5 1 5", "6 1 6"])
    }

    @Test("on another timeframe than the declared one, the declared candles can still be read")
    func otherTimeframe() throws {
        let source = """
            local S = Strategy { name = "coarse", timeframe = "5m", warmup = 0, symbols = { "ETH/USDT" } }
            function S:on_candle()
              log.info(#self.close .. " " .. #self:tf("5m").close .. " " .. #self:symbol("ETH/USDT", "5m").close)
            end
            return S
            """
        var options = BacktestOptions()
        options.timeframe = .m1
        let fine = [try Self.minutes(6), try Self.minutes(6, symbol: "ETH/USDT")]
        let result = try Backtest.run(Scripts.script(source), series: fine, options: options)
        let lines = result.notes.entries.map { $0.message.english }
        #expect(lines == ["1 0 0", "2 0 0", "3 0 0", "4 0 0", "5 1 1", "6 1 1"])
        // From hours no five minutes can be made: the run goes on without them.
        options.timeframe = .h1
        let coarse = try Scripts.candles(ContractTests.rising, timeframe: .h1)
        let hourly = try Backtest.run(Scripts.script(Scripts.buying(at: 2)), series: [coarse], options: options)
        #expect(hourly.trades.count == 1)
    }

    @Test("missing candles are counted, never invented")
    func gaps() throws {
        var builder = CandleSeriesBuilder(symbol: try Symbol("BTC/USDT"), timeframe: .m1)
        for minute in [0, 1, 4, 5, 6, 10] {
            try builder.append(
                Candle(
                    openTime: Timestamp(milliseconds: Scripts.minute(minute)), open: 100, high: 101, low: 99,
                    close: 100, volume: 1))
        }
        let result = try Backtest.run(Scripts.script(Scripts.buying(at: 99)), series: [builder.finish()])
        #expect(result.range.count == 6)
        #expect(result.gaps.gaps == 2)
        #expect(result.gaps.missing == 5)
        #expect(result.gaps.longest == 3)
    }

    @Test("finer candles decide whether the stop or the target came first")
    func intrabar() throws {
        let source = """
            local S = Strategy { name = "both", timeframe = "5m", warmup = 0 }
            function S:should_long() return #self.close == 1 end
            function S:calculate_position_size() return 1000 end
            function S:calculate_stop_loss() return 0.05 end
            function S:calculate_take_profit() return 0.05 end
            return S
            """
        // The second five minutes rise to 106 in their second minute and fall to 94 in their fourth.
        let flat = (100.0, 100.0, 100.0, 100.0)
        let minutes = try Scripts.candles(
            Array(repeating: flat, count: 5) + [
                flat, (100, 106, 100, 101), (101, 101, 99, 100), (100, 100, 94, 95), (95, 96, 95, 95),
            ])
        var options = BacktestOptions()
        let coarse = try #require(try Backtest.run(Scripts.script(source), series: [minutes]).trades.first)
        #expect(coarse.reason == "stop")
        #expect(coarse.isAmbiguous)
        options.intrabar = .m1
        let fine = try #require(
            try Backtest.run(Scripts.script(source), series: [minutes], options: options).trades.first)
        #expect(fine.reason == "target")
        #expect(fine.exitPrice.description == "105")
        #expect(fine.exitTime.milliseconds == Scripts.minute(6))
        #expect(fine.entryTime.milliseconds == Scripts.minute(5))
    }

    @Test("an --intrabar that is not finer is refused")
    func coarseIntrabar() throws {
        var options = BacktestOptions()
        options.intrabar = .h1
        #expect(throws: BacktestError.self) {
            try Backtest.run(Scripts.script(Scripts.buying(at: 1)), series: [try Self.minutes(8)], options: options)
        }
    }
}
