-- Riding the supertrend: a line some average true ranges away from the price that follows it in the direction of the
-- trend and changes sides when the close crosses it.
--
-- The strategy is long while the line is below the price: the line is its stop, and so its only way out. It also learns
-- from its own trades: it starts with a small size and moves towards half of Kelly's fraction once it knows enough of
-- them.
--
-- What it teaches: a stop that follows an indicator, choices and switches as parameters, events, and state that
-- outlives a restart.

local ta = require "ta"
local exits = require "exits"
local sizing = require "sizing"

local Supertrend = Strategy {
  name = "Supertrend",
  version = "1.0.0",
  timeframe = "1h",
  description = "Long while the supertrend line is below the price",
  params = {
    period = param.int { 10, min = 2, max = 100 },
    multiplier = param.float { 3, min = 0.5, max = 10 },
    filter = param.choice { "ema", "sma", "none" },
    learn = param.bool { true },
  },
}

function Supertrend:init()
  self.trend = ta.supertrend(self.candles, self.params.period, self.params.multiplier)
  if self.params.filter == "ema" then
    self.average = ta.ema(self.close, 100)
  elseif self.params.filter == "sma" then
    self.average = ta.sma(self.close, 100)
  end
end

-- Runs once when the strategy is started, also after a restart: what is in `self.state` is still there then.
function Supertrend:on_start()
  self.state.record = self.state.record or {}
end

-- The direction is 1 in a rising trend and -1 in a falling one, so it crosses 0 when the trend changes.
function Supertrend:should_long()
  if self.average and self.close[0] < self.average[0] then return false end
  return ta.crossover(self.trend.direction, 0), "trend_up"
end

function Supertrend:calculate_position_size()
  local fraction = 0.1
  if self.params.learn then
    -- Before 20 trades a fixed tenth. Later never more than half of the balance, and never nothing: who does not trade
    -- does not learn either.
    fraction = math.max(0.02, math.min(0.5, sizing.kelly_of(self.state.record, 20, 0.1)))
  end
  return sizing.fraction(self, fraction)
end

function Supertrend:stop_price() return self.trend.line[0] end

function Supertrend:update_position() exits.follow(self, self.trend.line) end

-- An event: a position, or a part of it, has been closed.
function Supertrend:on_position_closed(trade)
  sizing.count(self.state.record, trade)
  log.info("closed", { profit = trade.profit, wins = self.state.record.wins, losses = self.state.record.losses })
end

return Supertrend
