-- Breaking out of quiet: Bollinger's bands lie some deviations above and below a moving average, so they draw together
-- when the market is quiet and widen when it moves.
--
-- The strategy waits until the bands have been narrower than usual, buys when the close breaks through the upper one,
-- and lets the profit run behind a stop that follows the best price.
--
-- What it teaches: an indicator with several outputs, an indicator made on another one, a stop given as a price, and a
-- stop that moves.

local ta = require "ta"
local exits = require "exits"
local sizing = require "sizing"

local Breakout = Strategy {
  name = "Bollinger breakout",
  version = "1.0.0",
  timeframe = "1h",
  description = "Buys the break through the upper band after a quiet time",
  params = {
    period = param.int { 20, min = 5, max = 100 },
    width = param.float { 2, min = 1, max = 4 },
    quiet = param.float { 0.6, min = 0.2, max = 1.5 },
    trail = param.float { 3, min = 1, max = 10 },
    risk = param.float { 0.005, min = 0.001, max = 0.05 },
  },
}

function Breakout:init()
  self.bands = ta.bbands(self.close, self.params.period, self.params.width)
  self.atr = ta.atr(self.candles, 22)
  -- The deviation of the price, and its own mean over a longer time: an indicator may feed another one.
  self.deviation = ta.stddev(self.close, self.params.period)
  self.usual = ta.sma(self.deviation, 5 * self.params.period)
end

-- `[1]` is the candle before the last closed one: it was quiet before the break, not because of it.
function Breakout:was_quiet()
  return self.deviation[1] < self.params.quiet * self.usual[1]
end

function Breakout:should_long()
  return self:was_quiet() and ta.crossover(self.close, self.bands.upper), "breakout"
end

-- The breakout has failed once the close is back below the middle band.
function Breakout:should_exit()
  return ta.crossunder(self.close, self.bands.middle), "back_inside"
end

-- A price in place of a distance. `entry` is the last close; the order itself fills at the next open.
function Breakout:stop_price(_, entry)
  return entry - self.params.trail * self.atr[0]
end

function Breakout:calculate_position_size()
  return sizing.atr_risk(self, self.params.risk, self.atr, self.params.trail)
end

-- On every candle of an open position. A stop is only ever tightened.
function Breakout:update_position()
  exits.chandelier(self, self.atr, self.params.trail)
end

return Breakout
