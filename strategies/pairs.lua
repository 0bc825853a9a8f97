-- Two symbols: when one of two related markets runs away from the other, it often comes back.
--
-- The strategy trades its own symbol and reads BTC/USDT beside it. It follows the ratio of the two prices and measures
-- how many deviations the ratio is away from its mean: far below, its own symbol is cheap against the other, and it
-- buys; back at the mean, it sells; far above, it sells short.
--
-- What it teaches: candles of another symbol, a computation of one's own over series, and NaN as "not known yet".
-- Run it on any other symbol, for example ETH/USDT.

local Pairs = Strategy {
  name = "Pairs",
  version = "1.0.0",
  timeframe = "1h",
  market = "futures",
  symbols = { "BTC/USDT" },
  description = "Trades the return of a price ratio to its mean",
  warmup = 200,
  params = {
    window = param.int { 100, min = 10, max = 200 },
    enter = param.float { 2, min = 0.5, max = 5 },
    leave = param.float { 0.25, min = 0, max = 2 },
    patience = param.int { 72, min = 1, max = 1000 },
    fraction = param.float { 0.25, min = 0.01, max = 1 },
  },
  valid = function(p) return p.leave < p.enter end,
}

function Pairs:init()
  self.other = self:symbol("BTC/USDT", "1h").close
end

-- The distance of the ratio from its mean over the window, in standard deviations. It is NaN while one of the series
-- has not enough candles; every comparison with NaN is false, so nothing happens until then.
function Pairs:distance()
  local own, other, n = self.close, self.other, self.params.window
  local sum, squares = 0, 0
  for i = 0, n - 1 do
    local ratio = math.log(own[i] / other[i])
    sum = sum + ratio
    squares = squares + ratio * ratio
  end
  local mean = sum / n
  local variance = squares / n - mean * mean
  if not (variance > 0) then return 0 / 0 end
  return (math.log(own[0] / other[0]) - mean) / math.sqrt(variance)
end

function Pairs:should_long()
  -- Kept for `should_short`, which is asked about the same candle.
  self.now = self:distance()
  plot("distance", self.now)
  return self.now < -self.params.enter, "cheap"
end

function Pairs:should_short()
  return self.now > self.params.enter, "expensive"
end

function Pairs:should_exit()
  local distance = self:distance()
  plot("distance", distance)
  if self.position.bars >= self.params.patience then return true, "no_return" end
  if self.position.is_long then return distance > -self.params.leave, "returned" end
  return distance < self.params.leave, "returned"
end

function Pairs:calculate_position_size() return self.balance * self.params.fraction end

-- A relation may end for good: this is the way out then.
function Pairs:calculate_stop_loss() return 0.08 end

return Pairs
