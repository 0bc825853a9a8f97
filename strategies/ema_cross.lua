-- Crossing averages: the smallest complete strategy, and the place to start reading.
--
-- It buys when a fast moving average rises above a slow one, and sells when it falls back below. Each entry takes a
-- tenth of the free balance, with a stop 2 % below the entry and a target 4 % above it.
--
-- What it teaches: the shape of a file, parameters, indicators, and the template: the host asks one short question
-- after another on every closed candle, and trades according to the answers.

local ta = require "ta"

local EmaCross = Strategy {
  name = "EMA cross", version = "1.0.0", timeframe = "15m", warmup = 60,
  params = { fast = param.int { 10, min = 5, max = 50 }, slow = param.int { 20, min = 10, max = 200 } },
}

-- Runs once, before the first candle. Indicators are made here; the host moves them on from candle to candle.
function EmaCross:init()
  self.fast = ta.ema(self.close, self.params.fast)
  self.slow = ta.ema(self.close, self.params.slow)
end

-- Without a position: is it time to buy?
function EmaCross:should_long()  return ta.crossover(self.fast, self.slow) end

-- On the spot market this sells what is held; on futures it would open a short position.
function EmaCross:should_short() return ta.crossunder(self.fast, self.slow) end

-- How much to commit, in quote currency. `self.balance` is the free balance.
function EmaCross:calculate_position_size() return self.balance * 0.1 end

-- Distances from the entry price, as fractions: 0.02 is 2 %.
function EmaCross:calculate_stop_loss()   return 0.02 end
function EmaCross:calculate_take_profit() return 0.04 end

return EmaCross
