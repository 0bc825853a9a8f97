-- Following the trend both ways: the MACD is the difference of two moving averages; its histogram is the difference
-- between the MACD and its own average, and changes sign when the trend gains or loses speed.
--
-- The strategy enters in the direction of the histogram's change of sign, but only when the ADX says that there is a
-- trend at all, and leaves at the opposite change. It trades futures, so it can also go short.
--
-- What it teaches: long and short positions, a size from the volatility of the market, a target that depends on the
-- stop, and what to plot.

local ta = require "ta"
local exits = require "exits"
local sizing = require "sizing"

local MacdTrend = Strategy {
  name = "MACD trend",
  version = "1.0.0",
  timeframe = "4h",
  market = "futures",
  description = "Follows the MACD in both directions when the ADX shows a trend",
  params = {
    fast = param.int { 12, min = 3, max = 50 },
    slow = param.int { 26, min = 5, max = 200 },
    signal = param.int { 9, min = 2, max = 50 },
    trend = param.float { 20, min = 0, max = 60 },
    stop = param.float { 2.5, min = 0.5, max = 10 },
    reward = param.float { 3, min = 0.5, max = 20 },
    risk = param.float { 0.01, min = 0.001, max = 0.05 },
  },
  valid = function(p) return p.fast < p.slow end,
}

function MacdTrend:init()
  self.macd = ta.macd(self.close, self.params.fast, self.params.slow, self.params.signal)
  self.adx = ta.adx(self.candles, 14)
  self.atr = ta.atr(self.candles, 14)
end

function MacdTrend:has_trend() return self.adx.adx[0] > self.params.trend end

function MacdTrend:should_long()
  plot("hist", self.macd.hist[0])
  return self:has_trend() and ta.crossover(self.macd.hist, 0), "macd_up"
end

function MacdTrend:should_short()
  return self:has_trend() and ta.crossunder(self.macd.hist, 0), "macd_down"
end

function MacdTrend:should_exit()
  plot("hist", self.macd.hist[0])
  if self.position.is_long then return ta.crossunder(self.macd.hist, 0), "macd_turned" end
  return ta.crossover(self.macd.hist, 0), "macd_turned"
end

function MacdTrend:calculate_position_size()
  return sizing.atr_risk(self, self.params.risk, self.atr, self.params.stop)
end

-- Both distances follow the volatility: the target lies `reward` times as far away as the stop.
function MacdTrend:calculate_stop_loss() return sizing.atr_distance(self, self.atr, self.params.stop) end

function MacdTrend:calculate_take_profit() return self.params.reward * self:calculate_stop_loss() end

-- Once the position is 2 % ahead it shall not lose any more; 0.2 % pay for the fees.
function MacdTrend:update_position() exits.break_even(self, 0.02, 0.002) end

return MacdTrend
