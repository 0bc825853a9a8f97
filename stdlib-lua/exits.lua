--- Ways out of a position: stops that follow the price, called from `update_position`, and reasons to leave, called
-- from `should_exit`.
--
--     function S:update_position() exits.chandelier(self, self.atr, 3) end
--     function S:should_exit() return exits.time_stop(self, 96) end
--
-- A stop is only ever moved in favour of the position, so several of these can be combined: the tightest wins.
-- Distances are fractions of a price: 0.02 is 2 %.
-- @module exits

local exits = {}

-- Set by the host: an error in the reader's language.
local refuse = refuse or function(english) error(english, 0) end

local function check_strategy(name, self)
  if type(self) == "table" and self.position ~= nil then return end
  local call = "exits." .. name
  refuse(call .. ": the first argument is the strategy, as in " .. call .. "(self, …)",
    call .. " : le premier argument est la stratégie, comme " .. call .. "(self, …)")
end

local min = math.min

-- The look-back of highs and lows since the entry; it keeps the cost of a candle constant.
local LONGEST_LOOKBACK = 500

local function check_positive(name, what, value)
  if type(value) == "number" and value > 0 then return end
  local call, shown = "exits." .. name, tostring(value)
  refuse(call .. ": " .. what .. " must be a number above 0, was " .. shown,
    call .. " : " .. what .. " doit être un nombre supérieur à 0, valeur reçue : " .. shown)
end

--- Moves the stop to `price`, unless that would loosen it. NaN moves nothing.
-- @treturn boolean whether the stop was moved
function exits.tighten(self, price)
  check_strategy("tighten", self)
  local position = self.position
  if not position.is_open or price ~= price then return false end
  local stop = position.stop
  if stop and (position.is_long and price <= stop or not position.is_long and price >= stop) then return false end
  self:set_stop(price)
  return true
end

--- The stop follows the close at a distance: 0.03 keeps it 3 % behind.
function exits.trailing(self, distance)
  check_strategy("trailing", self)
  check_positive("trailing", "distance", distance)
  local side = self.position.is_long and -1 or 1
  return exits.tighten(self, self.close[0] * (1 + side * distance))
end

--- The stop follows the best price of the last candles, `multiple` average true ranges behind it (Chuck LeBeau's
-- chandelier). Only candles since the entry count.
-- @tparam series atr such as `ta.atr(self.candles, 22)`
-- @tparam[opt=3] number multiple
-- @tparam[opt=22] number lookback how many candles back the best price may lie, at most 500
function exits.chandelier(self, atr, multiple, lookback)
  check_strategy("chandelier", self)
  multiple = multiple or 3
  check_positive("chandelier", "multiple", multiple)
  check_positive("chandelier", "lookback", lookback or 22)
  local side = self.position.is_long and -1 or 1
  return exits.tighten(self, exits.best_price(self, lookback or 22) + side * multiple * atr[0])
end

--- Once the position is `trigger` ahead, the stop goes to the entry price, or a little beyond it to cover the fees.
-- @tparam number trigger how far the close must be ahead of the entry
-- @tparam[opt=0] number offset where to put the stop: 0.002 is 0.2 % on the winning side of the entry
function exits.break_even(self, trigger, offset)
  check_strategy("break_even", self)
  check_positive("break_even", "trigger", trigger)
  if not (exits.progress(self) >= trigger) then return false end
  local side = self.position.is_long and 1 or -1
  return exits.tighten(self, self.position.entry * (1 + side * (offset or 0)))
end

--- Each time the position gains another `step`, the stop moves up by one step: 0.02 puts it at the entry once 2 % are
-- won, at +2 % once 4 % are won, and so on.
function exits.steps(self, step)
  check_strategy("steps", self)
  check_positive("steps", "step", step)
  local won = exits.progress(self) // step
  if not (won >= 1) then return false end
  local side = self.position.is_long and 1 or -1
  return exits.tighten(self, self.position.entry * (1 + side * (won - 1) * step))
end

--- Once the best price was `trigger` ahead, the stop keeps `share` of the way from the entry to it.
-- @tparam number trigger how far the best price must be ahead of the entry
-- @tparam[opt=0.5] number share from 0 (the entry) to 1 (the best price)
function exits.keep_profit(self, trigger, share)
  check_strategy("keep_profit", self)
  check_positive("keep_profit", "trigger", trigger)
  local entry, best = self.position.entry, exits.best_price(self)
  local way = best - entry
  if not ((self.position.is_long and way or -way) >= trigger * entry) then return false end
  return exits.tighten(self, entry + (share or 0.5) * way)
end

--- The stop follows a series, such as a moving average, `ta.sar` or the line of `ta.supertrend`.
function exits.follow(self, series)
  check_strategy("follow", self)
  return exits.tighten(self, series[0])
end

--- Time to leave after `candles` candles: `return exits.time_stop(self, 48)` in `should_exit`.
-- @treturn boolean
-- @treturn string the reason, for the journal
function exits.time_stop(self, candles)
  check_strategy("time_stop", self)
  check_positive("time_stop", "candles", candles)
  return self.position.is_open and self.position.bars >= candles, "time_stop"
end

--- How far the last close is ahead of the entry, as a fraction; negative when behind, NaN without a position.
function exits.progress(self)
  check_strategy("progress", self)
  local position = self.position
  if not position.is_open then return 0 / 0 end
  local change = self.close[0] / position.entry - 1
  return position.is_long and change or -change
end

--- The best price since the entry: the highest high of a long position, the lowest low of a short one.
-- @tparam[opt=500] number lookback how many candles back to look, at most 500
function exits.best_price(self, lookback)
  check_strategy("best_price", self)
  local position = self.position
  if not position.is_open then return 0 / 0 end
  local first = min(position.bars, (lookback or LONGEST_LOOKBACK) - 1, LONGEST_LOOKBACK - 1)
  local is_long = position.is_long
  local series = is_long and self.high or self.low
  local best = series[0]
  for i = 1, first do
    local price = series[i]
    if is_long and price > best or not is_long and price < best then best = price end
  end
  return best
end

return exits
