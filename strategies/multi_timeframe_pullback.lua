-- Two timeframes: the four-hour candles say where the market goes, the fifteen-minute candles say when to enter.
--
-- In a rising four-hour trend the strategy waits for a pullback of the short-term price below its average and buys when
-- it turns up again, with the stop below the low of the pullback and the target at twice that distance.
--
-- What it teaches: other timeframes (they show closed candles only), candle patterns, and a stop and a target that are
-- prices.

local ta = require "ta"
local patterns = require "patterns"
local sizing = require "sizing"

local Pullback = Strategy {
  name = "Multi-timeframe pullback",
  version = "1.0.0",
  timeframe = "15m",
  uses = { "4h" },
  description = "Buys the end of a short-term pullback in a longer trend",
  params = {
    trend = param.int { 20, min = 5, max = 100 },
    pullback = param.int { 96, min = 5, max = 200 },
    lookback = param.int { 24, min = 2, max = 100 },
    reward = param.float { 2.5, min = 0.5, max = 10 },
    risk = param.float { 0.005, min = 0.001, max = 0.05 },
  },
}

function Pullback:init()
  local slow = self:tf("4h")
  self.slow_close = slow.close
  self.slow_trend = ta.ema(slow.close, self.params.trend)
  self.average = ta.ema(self.close, self.params.pullback)
  self.lowest = ta.lowest(self.low, self.params.lookback)
  self.atr = ta.atr(self.candles, 14)
end

-- The average of the four-hour closes rises and the last of them is above it. `[0]` and `[1]` are four-hour candles.
function Pullback:trend_is_up()
  return self.slow_trend[0] > self.slow_trend[1] and self.slow_close[0] > self.slow_trend[0]
end

function Pullback:should_long()
  if not self:trend_is_up() then return false end
  -- A real pullback has led at least two average ranges below the average.
  if self.lowest[0] > self.average[0] - 2 * self.atr[0] then return false end
  if ta.crossover(self.close, self.average) then return true, "back_above_average" end
  if self.close[0] > self.average[0] then return false end
  -- Still below the average, but the candles turn: the pattern's name is the reason.
  local pattern = patterns.bullish(self.candles)
  return pattern ~= nil, pattern
end

function Pullback:should_exit()
  return self.slow_close[0] < self.slow_trend[0], "trend_ended"
end

-- One average range below the lowest low of the pullback.
function Pullback:stop_price() return self.lowest[0] - self.atr[0] end

-- `stop` is what `stop_price` answered.
function Pullback:target_price(_, entry, stop) return entry + self.params.reward * (entry - stop) end

function Pullback:calculate_position_size()
  local distance = (self.close[0] - self:stop_price()) / self.close[0]
  return sizing.risk(self, self.params.risk, distance)
end

return Pullback
