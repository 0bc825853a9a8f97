import Market
import StrategyHost
import Testing
import Trading
import Wording

@testable import Backtest

/// Each test states the candles and, in a comment, how its numbers are computed by hand.
@Suite("The contract of a backtest, by hand")
struct ContractTests {
    /// Decision at the close of candle 1 (101), fill at the open of candle 2 (102), end at the close of candle 3 (105).
    static let rising = [
        (100.0, 101.0, 99.0, 100.0), (100.0, 102.0, 99.5, 101.0), (102.0, 104.0, 101.5, 103.0),
        (103.0, 106.0, 102.0, 105.0),
    ]

    @Test("a market order fills at the next open, its quantity is amount / close, the end closes at the last close")
    func nextOpen() throws {
        let result = try Scripts.run(Scripts.buying(at: 2), Self.rising)
        let trade = try #require(result.trades.first)
        #expect(result.trades.count == 1)
        // 1000 / 101 = 9.900990099…, rounded down to 1e-8.
        #expect(trade.quantity.description == "9.90099009")
        #expect(trade.entryPrice.description == "102")
        #expect(trade.entryTime.milliseconds == Scripts.minute(2))
        #expect(trade.exitPrice.description == "105")
        #expect(trade.exitTime.milliseconds == Scripts.minute(3))
        #expect(trade.reason == "end_of_data")
        #expect(trade.bars == 1)
        // 9.90099009 x (105 - 102)
        #expect(trade.profit.description == "29.70297027")
        // Equity: 10000 until the fill, then + 9.90099009 x (103 - 102), then + 29.70297027.
        #expect(result.equity == [10_000, 10_000, 10_009.90099009, 10_029.70297027])
    }

    @Test("with fill close it fills at the close it was decided on")
    func sameClose() throws {
        let result = try Scripts.run(Scripts.buying(at: 2), Self.rising) { $0.marketFill = .sameClose }
        let trade = try #require(result.trades.first)
        #expect(trade.entryPrice.description == "101")
        #expect(trade.entryTime.milliseconds == Scripts.minute(1))
        #expect(trade.bars == 2)
        // 9.90099009 x (105 - 101)
        #expect(trade.profit.description == "39.60396036")
    }

    @Test("slippage goes against the trader on both sides, fees are a fraction of each fill")
    func costs() throws {
        let result = try Scripts.run(Scripts.buying(at: 2), Self.rising) { options in
            options.slippage = Scripts.decimal("0.01")
            options.fees = try Scripts.fee("0.001")
        }
        let trade = try #require(result.trades.first)
        // 102 x 1.01 and 105 x 0.99.
        #expect(trade.entryPrice.description == "103.02")
        #expect(trade.exitPrice.description == "103.95")
        // 9.90099009 x (103.02 + 103.95) x 0.001 = 9.90099009 x 0.20697 = 2.0492079189273
        #expect(trade.fees.value.double.isNear(2.0492079189273))
        // 9.90099009 x 0.93 - 2.0492079189273 = 9.2079207837 - 2.0492079189273
        #expect(trade.profit.value.double.isNear(7.1587128647727))
        #expect(result.performance.fees.value.double.isNear(2.0492079189273))
    }

    @Test("an entry that the cash does not cover is cut to what it covers, and the journal says so")
    func cut() throws {
        let result = try Scripts.run(Scripts.buying(at: 2), Self.rising) { options in
            options.cash = Money(1000)
            options.fees = try Scripts.fee("0.001")
        }
        let trade = try #require(result.trades.first)
        // 1000 / (102 x 1.001) = 9.794127…: 1000 / 102.102 = 9.79412744118626
        #expect(trade.quantity.description == "9.79412744")
        #expect(result.notes.entries.contains { $0.code == "cut" })
        #expect(result.equity.allSatisfy { $0 > 0 })
    }

    @Test("stop and target are distances from the fill price, the entry's own candle included")
    func ownCandle() throws {
        let stops = "function S:calculate_stop_loss() return 0.01 end"
        // Fill at 102, stop at 100.98; candle 2 falls to 100.
        var rows = Self.rising
        rows[2] = (102, 104, 100, 103)
        let trade = try #require(try Scripts.run(Scripts.buying(at: 2, stops), rows).trades.first)
        #expect(trade.exitPrice.description == "100.98")
        #expect(trade.exitTime.milliseconds == Scripts.minute(2))
        #expect(trade.reason == "stop")
        #expect(trade.bars == 0)
        let takes = "function S:calculate_take_profit() return 0.01 end"
        // Target at 103.02; candle 2 rises to 104.
        let gain = try #require(try Scripts.run(Scripts.buying(at: 2, takes), Self.rising).trades.first)
        #expect(gain.exitPrice.description == "103.02")
        #expect(gain.reason == "target")
    }

    @Test("a stop slips, a target does not")
    func stopSlips() throws {
        let both = """
            function S:calculate_stop_loss() return 0.01 end
            function S:calculate_take_profit() return 0.01 end
            """
        var rows = Self.rising
        rows[2] = (102, 102.5, 101.9, 102)
        rows[3] = (102, 102, 90, 90)
        let slip: (inout BacktestOptions) -> Void = { $0.slippage = Scripts.decimal("0.001") }
        // Fill at 102.102, stop at 101.08098, filled at 101.08098 x 0.999 = 100.97989902.
        let loss = try #require(try Scripts.run(Scripts.buying(at: 2, both), rows, slip).trades.first)
        #expect(loss.exitPrice.description == "100.97989902")
        rows[3] = (102, 110, 102, 110)
        // Target at 102.102 x 1.01 = 103.12302.
        let gain = try #require(try Scripts.run(Scripts.buying(at: 2, both), rows, slip).trades.first)
        #expect(gain.exitPrice.description == "103.12302")
    }

    @Test("a gap through stop or target fills at the open")
    func gaps() throws {
        let both = """
            function S:calculate_stop_loss() return 0.01 end
            function S:calculate_take_profit() return 0.01 end
            """
        var rows = Self.rising
        rows[2] = (102, 102.5, 101.9, 102)
        rows[3] = (95, 110, 94, 96)
        let down = try #require(try Scripts.run(Scripts.buying(at: 2, both), rows).trades.first)
        #expect(down.exitPrice.description == "95")
        #expect(down.reason == "stop")
        rows[3] = (108, 110, 94, 96)
        // The open is beyond the target: it comes before whatever the low does.
        let up = try #require(try Scripts.run(Scripts.buying(at: 2, both), rows).trades.first)
        #expect(up.exitPrice.description == "108")
        #expect(up.reason == "target")
    }

    @Test("on spot should_short closes a long and opens nothing")
    func spotShort() throws {
        let result = try Scripts.run(
            Scripts.buying(at: 1, "function S:should_short() return #self.close == 2 end"), Self.rising)
        #expect(result.trades.count == 1)
        // In at the open of candle 1 (100), out at the open of candle 2 (102).
        #expect(result.trades[0].exitPrice.description == "102")
        #expect(result.trades[0].reason == "exit_signal")
        // 1000 / 100 = 10 pieces x 2.
        #expect(result.trades[0].profit.description == "20")
    }

    @Test("on futures should_short opens a short, which gains when the price falls")
    func futuresShort() throws {
        let source = """
            local S = Strategy { name = "short", timeframe = "1m", warmup = 0, market = "futures" }
            function S:should_short() return #self.close == 1, "falls" end
            function S:calculate_position_size() return 1000 end
            function S:should_exit() return #self.close == 3, "enough" end
            return S
            """
        let rows = [
            (100.0, 100.0, 100.0, 100.0), (90, 95, 85, 88), (88, 89, 80, 81), (80, 82, 79, 81), (82, 83, 81, 82),
        ]
        let trade = try #require(try Scripts.run(source, rows).trades.first)
        #expect(trade.direction == .short)
        // 1000 / 100 = 10; in at the open of candle 1 (90), out at the open of candle 3 (80).
        #expect(trade.profit.description == "100")
        #expect(trade.reason == "enough")
        #expect(trade.entryReason == "falls")
    }

    @Test("should_long and should_short both true: no trade, an entry in the journal")
    func contradiction() throws {
        let source = """
            local S = Strategy { name = "both", timeframe = "1m", warmup = 0, market = "futures" }
            function S:should_long() return #self.close == 1 end
            function S:should_short() return #self.close == 1 end
            function S:calculate_position_size() return 1000 end
            return S
            """
        let result = try Scripts.run(source, Self.rising)
        #expect(result.trades.isEmpty)
        #expect(result.notes.total == 1)
    }

    @Test("no size, no trade, and the reason in the journal", arguments: ["nil", "0", "0/0", "-1", "math.huge"])
    func noSize(answer: String) throws {
        let source = """
            local S = Strategy { name = "none", timeframe = "1m", warmup = 0 }
            function S:should_long() return #self.close == 1 end
            function S:calculate_position_size() return \(answer) end
            return S
            """
        let result = try Scripts.run(source, Self.rising)
        #expect(result.trades.isEmpty)
        #expect(result.notes.entries.map(\.code) == ["skipped"])
    }

    @Test("below the symbol's minimum the order is rejected with the reason")
    func minimum() throws {
        let result = try Scripts.run(Scripts.buying(at: 2), Self.rising) { options in
            options.rules.minimumNotional = Money(2000)
        }
        #expect(result.trades.isEmpty)
        #expect(result.notes.entries.map(\.code) == ["rejected"])
    }

    @Test("a limit order fills when the price trades through it, or at a better open")
    func limits() throws {
        let source = """
            local S = Strategy { name = "limit", timeframe = "1m", warmup = 0 }
            function S:on_candle()
              if #self.close == 1 then self:buy { qty = 1, limit = 99 } end
            end
            return S
            """
        var rows = [(100.0, 101.0, 99.5, 100.0), (100.0, 101.0, 99.0, 100.0), (100.0, 100.0, 98.9, 100.0)]
        // Candle 1 only touches 99; candle 2 trades through it.
        let through = try #require(try Scripts.run(source, rows).trades.first)
        #expect(through.entryTime.milliseconds == Scripts.minute(2))
        #expect(through.entryPrice.description == "99")
        rows[1] = (98, 99, 97, 98)
        let better = try #require(try Scripts.run(source, rows).trades.first)
        #expect(better.entryTime.milliseconds == Scripts.minute(1))
        #expect(better.entryPrice.description == "98")
    }

    @Test("a failing callback ends that call only; too many in a row end the run with the line")
    func failures() throws {
        let once = Scripts.buying(at: 3, "function S:should_short() if #self.close == 1 then error('no') end end")
        let result = try Scripts.run(once, Self.rising)
        #expect(result.ending == .complete)
        #expect(result.failures == 1)
        #expect(result.trades.count == 1)
        let rows = Array(repeating: Self.rising[0], count: 40)
        let stubborn = try Scripts.run(Scripts.buying(at: 100, "function S:should_short() error('no') end"), rows)
        guard case .failed(let error) = stubborn.ending else {
            Issue.record("the run did not end as failed")
            return
        }
        #expect(error.diagnostics.first?.line == 4)
    }
}

extension Double {
    /// Equal to ten digits after the point.
    func isNear(_ other: Double) -> Bool { abs(self - other) < 1e-10 }
}
