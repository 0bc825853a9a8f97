-- Buying weakness: the relative strength index (RSI) tells how one-sided the last candles were, from 0 to 100.
--
-- In a rising market (the close is above its long average) a deep fall of the RSI is often followed by a recovery. The
-- strategy buys when the RSI turns up again from below `oversold`, and leaves when it is back in the middle, or when
-- the recovery takes too long.
--
-- What it teaches: a validity rule over parameters, a filter, reasons in the journal, and sizing by risk.

local ta = require "ta"
local sizing = require "sizing"
local exits = require "exits"

local Reversion = Strategy {
  name = "RSI reversion",
  version = "1.0.0",
  timeframe = "1h",
  description = "Buys the turn after a deep fall of the RSI in a rising market",
  params = {
    period = param.int { 14, min = 2, max = 50 },
    oversold = param.float { 38, min = 5, max = 45 },
    middle = param.float { 55, min = 45, max = 80 },
    trend = param.int { 200, min = 20, max = 500 },
    patience = param.int { 48, min = 1, max = 500 },
    risk = param.float { 0.01, min = 0.001, max = 0.05 },
    stop = param.float { 0.04, min = 0.005, max = 0.2 },
  },
  -- Combinations that make no sense are refused before the run starts; an optimiser skips them.
  valid = function(p) return p.oversold + 10 <= p.middle, "oversold must lie 10 below middle" end,
}

function Reversion:init()
  self.rsi = ta.rsi(self.close, self.params.period)
  self.trend = ta.sma(self.close, self.params.trend)
end

function Reversion:should_long()
  if self.close[0] < self.trend[0] then return false end
  -- The second answer is the reason; it is kept in the journal and in the list of trades.
  return ta.crossover(self.rsi, self.params.oversold), "oversold_turn"
end

function Reversion:should_exit()
  if self.rsi[0] >= self.params.middle then return true, "recovered" end
  return exits.time_stop(self, self.params.patience)
end

-- If the stop is hit, `risk` of the equity is lost: a wider stop gives a smaller position.
function Reversion:calculate_position_size()
  return sizing.risk(self, self.params.risk, self.params.stop)
end

function Reversion:calculate_stop_loss() return self.params.stop end

return Reversion
