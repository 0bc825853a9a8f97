import Foundation
import Market
import StrategyHost
import TestSupport

/// A strategy that is run twice, over history and live.
struct ParityScript: Sendable, CustomStringConvertible {
    var name: String
    var source: String
    var parameters: [String: String] = [:]
    var timeframe: Timeframe
    var description: String { "\(name) on \(timeframe)" }

    var text: StrategyScript {
        get throws { try StrategyScript(name: name + ".lua", source: source) }
    }

    /// One of the package's examples.
    static func example(
        _ name: String, _ timeframe: Timeframe, _ parameters: [String: String] = [:]
    ) throws -> ParityScript {
        let file = PackageRoot.url.appending(path: "strategies/\(name).lua")
        return ParityScript(
            name: name, source: try String(contentsOf: file, encoding: .utf8), parameters: parameters,
            timeframe: timeframe)
    }

    /// Stops and targets, limit orders, events, state, another timeframe, moving stops; busy on every market.
    static func all() throws -> [ParityScript] {
        [
            try example("ema_cross", .m5, ["fast": "5", "slow": "12"]),
            try example("grid_ladder", .m3, ["rungs": "4", "step": "0.002"]),
            try example("bollinger_breakout", .m5, ["period": "10", "quiet": "1.2"]),
            try example("rsi_reversion", .m3, ["period": "5", "oversold": "40", "trend": "40", "patience": "20"]),
            try example("multi_timeframe_pullback", .m5),
            ParityScript(name: "busybody", source: busybody, timeframe: .m3),
        ]
    }

    /// The same for a market of a month: fewer candles, every kind of order still.
    static func slow() throws -> [ParityScript] {
        [
            try example("ema_cross", .h1, ["fast": "5", "slow": "10"]),
            try example("grid_ladder", .h1, ["rungs": "4", "step": "0.005"]),
            try example("bollinger_breakout", .h1, ["period": "8", "quiet": "1.3"]),
            try example("multi_timeframe_pullback", .h1),
            ParityScript(name: "busybody", source: busybody, timeframe: .h1),
        ]
    }

    /// Does a bit of everything, by turns that its own memory and chance decide.
    private static let busybody = """
        local Busy = Strategy { name = "Busybody", version = "1.0.0", timeframe = "1m", warmup = 3 }

        function Busy:on_start() self.state.turn = self.state.turn or 0 end

        function Busy:on_candle()
          local state, price = self.state, self.close[0]
          state.turn = state.turn + 1
          local dice = random()
          if #self.orders > 6 then
            for _, order in ipairs(self.orders) do
              if order.limit and not self.position.is_open then self:cancel(order.id) end
            end
          elseif not self.position.is_open then
            if dice < 0.2 then
              self:buy { value = self.balance * 0.3, stop = price * 0.997, take = price * 1.004, tag = "both" }
            elseif dice < 0.3 then
              self:buy { value = self.balance * 0.2, limit = price * 0.999, stop = price * 0.99, expires = 5 }
            elseif dice < 0.4 then
              self:buy { value = self.balance * 0.2, limit = price * 0.998, take = price * 1.003 }
            end
          elseif dice < 0.05 then
            self:close { tag = "bored" }
          elseif dice < 0.1 then
            self:close { qty = self.position.qty * 0.5, tag = "half" }
          end
        end

        function Busy:on_fill(fill) self.state.fills = (self.state.fills or 0) + 1 end

        function Busy:on_position_closed(trade)
          self.state.won = (self.state.won or 0) + (trade.profit > 0 and 1 or 0)
        end

        return Busy
        """
}
