--- How much to commit to an entry: answers for `calculate_position_size`, in quote currency.
--
--     function S:calculate_position_size() return sizing.risk(self, 0.01, 0.02) end
--
-- Every function takes the strategy (`self`) first, where it needs the balance, and never answers more than the free
-- balance. Fractions are fractions: 0.01 is 1 %. An answer of 0 or NaN means no trade, and the journal says so.
-- @module sizing

local sizing = {}

-- Set by the host: an error in the reader's language.
local refuse = refuse or function(english) error(english, 0) end

local function check_strategy(name, self)
  if type(self) == "table" and self.balance ~= nil then return end
  local call = "sizing." .. name
  refuse(call .. ": the first argument is the strategy, as in " .. call .. "(self, …)",
    call .. " : le premier argument est la stratégie, comme " .. call .. "(self, …)")
end

local max, min = math.max, math.min

local function check(ok, name, value, english, french)
  if ok then return end
  local shown = tostring(value)
  refuse("sizing." .. name .. ": " .. english .. ", was " .. shown,
    "sizing." .. name .. " : " .. french .. ", valeur reçue : " .. shown)
end

local function check_fraction(name, what, value)
  check(type(value) == "number" and value >= 0 and value <= 1, name, value,
    what .. " must be a fraction from 0 to 1", what .. " doit être une fraction de 0 à 1")
end

local function check_positive(name, what, value)
  check(type(value) == "number" and value > 0, name, value,
    what .. " must be a number above 0", what .. " doit être un nombre supérieur à 0")
end

--- A fixed amount of quote currency, or what is left of it.
function sizing.fixed(self, amount)
  check_strategy("fixed", self)
  check_positive("fixed", "amount", amount)
  return min(amount, self.balance.free)
end

--- A fixed fraction of the free balance.
function sizing.fraction(self, fraction)
  check_strategy("fraction", self)
  check_fraction("fraction", "fraction", fraction)
  return self.balance.free * fraction
end

--- One of `count` equal slices of the equity (free balance and open position together).
function sizing.slice(self, count)
  check_strategy("slice", self)
  check(type(count) == "number" and count >= 1, "slice", count,
    "count must be a number from 1", "count doit être un nombre à partir de 1")
  return min(self.balance.equity / count, self.balance.free)
end

--- The amount that loses `fraction` of the equity when the price moves against it by `stop_distance`.
-- With 1 % at risk and a stop 2 % away, half of the equity.
-- @tparam number fraction of the equity that may be lost
-- @tparam number stop_distance as a fraction of the entry price, as `calculate_stop_loss` answers it
function sizing.risk(self, fraction, stop_distance)
  check_strategy("risk", self)
  check_fraction("risk", "fraction", fraction)
  if not (stop_distance > 0) then return 0 end
  return min(self.balance.equity * fraction / stop_distance, self.balance.free)
end

--- As `sizing.risk`, with the stop at `multiple` times the average true range.
-- @tparam series atr such as `ta.atr(self.candles, 14)`
-- @tparam[opt=2] number multiple
function sizing.atr_risk(self, fraction, atr, multiple)
  check_strategy("atr_risk", self)
  return sizing.risk(self, fraction, sizing.atr_distance(self, atr, multiple))
end

--- The distance of a stop at `multiple` times the average true range, as a fraction of the last close: an answer for
-- `calculate_stop_loss`. NaN until the range is warm.
function sizing.atr_distance(self, atr, multiple)
  check_strategy("atr_distance", self)
  multiple = multiple or 2
  check_positive("atr_distance", "multiple", multiple)
  return multiple * atr[0] / self.close[0]
end

--- The amount whose volatility is `target`: less in wild markets, the whole free balance in calm ones.
-- @tparam number target the wished deviation of the account a candle, as a fraction (0.005 is 0.5 %)
-- @tparam number deviation of the price a candle as a fraction, such as `stats.stdev_of_returns(self.close, 100)`
function sizing.volatility(self, target, deviation)
  check_strategy("volatility", self)
  check_fraction("volatility", "target", target)
  if not (deviation > 0) then return 0 end
  return self.balance.free * min(1, target / deviation)
end

--- Kelly's fraction of the balance for a bet won with probability `win_rate` that pays `payoff` times what it risks.
-- @tparam number win_rate from 0 to 1
-- @tparam number payoff mean win divided by mean loss
-- @tparam[opt=0.5] number scale full Kelly is rarely bearable; 0.5 is half Kelly
-- @treturn number from 0 to 1; 0 where the bet is not worth taking
function sizing.kelly(win_rate, payoff, scale)
  scale = scale or 0.5
  check_fraction("kelly", "win_rate", win_rate)
  check_fraction("kelly", "scale", scale)
  check_positive("kelly", "payoff", payoff)
  return max(0, min(1, scale * (win_rate - (1 - win_rate) / payoff)))
end

--- Counts a closed trade, so that `sizing.kelly_of` can learn from it.
--
--     function S:on_start() self.state.record = self.state.record or {} end
--     function S:on_position_closed(trade) sizing.count(self.state.record, trade) end
--
-- @tparam table record an empty table at first; plain data, fit for `self.state`
-- @tparam table trade the argument of `on_position_closed`
function sizing.count(record, trade)
  local profit = trade.profit
  if profit > 0 then
    record.wins = (record.wins or 0) + 1
    record.won = (record.won or 0) + profit
  elseif profit < 0 then
    record.losses = (record.losses or 0) + 1
    record.lost = (record.lost or 0) - profit
  end
end

--- Kelly's fraction from the trades counted so far.
-- @tparam table record filled by `sizing.count`
-- @tparam[opt=20] number least fewer trades than this prove nothing: the answer is `otherwise`
-- @tparam[opt=0.02] number otherwise
-- @tparam[opt=0.5] number scale as in `sizing.kelly`
function sizing.kelly_of(record, least, otherwise, scale)
  local wins, losses = record.wins or 0, record.losses or 0
  if wins + losses < (least or 20) or wins == 0 then return otherwise or 0.02 end
  if losses == 0 then return scale or 0.5 end
  local payoff = (record.won / wins) / (record.lost / losses)
  return sizing.kelly(wins / (wins + losses), payoff, scale)
end

return sizing
