import Foundation
import Market
import StrategyHost
import Trading

@testable import Backtest

/// Small strategies of the tests, and tables of candles to run them over.
enum Scripts {
    /// The EMA cross with everything that may differ as a parameter.
    static let cross = """
        local ta = require "ta"
        local S = Strategy {
          name = "cross", timeframe = "1m",
          params = {
            fast = param.int { 10, min = 2, max = 100 }, slow = param.int { 20, min = 2, max = 200 },
            part = param.float { 0.1, min = 0, max = 1 },
            stop = param.float { 0.02, min = 0, max = 0.9 }, target = param.float { 0.04, min = 0, max = 9 },
          },
          valid = function(p) return p.fast < p.slow end,
        }
        function S:init()
          self.fast = ta.ema(self.close, self.params.fast)
          self.slow = ta.ema(self.close, self.params.slow)
        end
        function S:should_long() return ta.crossover(self.fast, self.slow) end
        function S:should_short() return ta.crossunder(self.fast, self.slow) end
        function S:calculate_position_size() return self.balance * self.params.part end
        function S:calculate_stop_loss() return self.params.stop end
        function S:calculate_take_profit() return self.params.target end
        return S
        """

    static func script(_ source: String, name: String = "test.lua") throws -> StrategyScript {
        try StrategyScript(name: name, source: source)
    }

    /// Candles from rows of open, high, low, close, a minute (or timeframe) apart from 2024-01-01 on.
    static func candles(
        _ rows: [(Double, Double, Double, Double)], timeframe: Timeframe = .m1, symbol: String = "BTC/USDT",
        start: Timestamp? = nil
    ) throws -> CandleSeries {
        var builder = CandleSeriesBuilder(symbol: try Symbol(symbol), timeframe: timeframe)
        var time = try start ?? Timestamp(parsing: "2024-01-01")
        for (open, high, low, close) in rows {
            try builder.append(
                Candle(openTime: time, open: open, high: high, low: low, close: close, volume: 1))
            time.milliseconds += timeframe.milliseconds
        }
        return builder.finish()
    }

    static func decimal(_ text: String) -> FixedDecimal { FixedDecimal(text)! }

    static func fee(_ text: String) throws -> FeeRates {
        try FeeRates(maker: decimal(text), taker: decimal(text))
    }
}

extension Scripts {
    /// A template strategy that buys at the close of the candle with that number (1 is the first one) for 1000 of quote
    /// currency; `more` adds callbacks, `keys` adds to the declaration.
    static func buying(at number: Int, keys: String = "", _ more: String = "") -> String {
        """
        local S = Strategy { name = "once", timeframe = "1m", warmup = 0, \(keys) }
        function S:should_long() return #self.close == \(number) end
        function S:calculate_position_size() return 1000 end
        \(more)
        return S
        """
    }

    /// Runs a strategy over rows of open, high, low, close.
    static func run(
        _ source: String, _ rows: [(Double, Double, Double, Double)],
        _ change: (inout BacktestOptions) throws -> Void = { _ in }
    ) throws -> BacktestResult {
        var options = BacktestOptions()
        try change(&options)
        return try Backtest.run(script(source), series: [candles(rows)], options: options)
    }

    /// The open time of a candle of `candles`, counted from 0.
    static func minute(_ index: Int) -> Int64 { 1_704_067_200_000 + Int64(index) * 60_000 }
}
