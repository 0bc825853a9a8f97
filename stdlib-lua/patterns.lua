--- Candlestick patterns.
--
--     function S:should_long() return patterns.bullish_engulfing(self.candles) end
--
-- Every function takes candles (`self.candles`, or those of another timeframe or symbol) and optionally how many
-- candles ago the pattern ends (0, the last closed candle, when left out); it answers true or false. Past the history
-- the answer is false. The definitions are those of Steve Nison, "Japanese Candlestick Charting Techniques"; where he
-- says "small" or "long", the numbers are stated here.
--
-- Words: the body lies between open and close, the shadows reach from it to the high and the low, the range from low
-- to high. A body is small below 30 % of the range, long from 60 %.
-- @module patterns

local patterns = {}

local abs, max, min = math.abs, math.max, math.min

local DOJI_BODY, SMALL_BODY, LONG_BODY = 0.1, 0.3, 0.6
local TREND_CANDLES = 5

local function read(candles, ago)
  return candles.open[ago], candles.high[ago], candles.low[ago], candles.close[ago]
end

-- Body, upper shadow, lower shadow and range.
local function shape(candles, ago)
  local open, high, low, close = read(candles, ago)
  return abs(close - open), high - max(open, close), min(open, close) - low, high - low
end

local function is_bull(candles, ago) return candles.close[ago] > candles.open[ago] end

local function is_bear(candles, ago) return candles.close[ago] < candles.open[ago] end

local function is_small(candles, ago)
  local body, _, _, range = shape(candles, ago)
  return body <= SMALL_BODY * range
end

local function is_long(candles, ago)
  local body, _, _, range = shape(candles, ago)
  return range > 0 and body >= LONG_BODY * range
end

local function middle(candles, ago) return (candles.open[ago] + candles.close[ago]) / 2 end

--- Whether the price fell over the `count` candles before the given one.
-- @tparam[opt=5] number count
function patterns.after_fall(candles, ago, count)
  ago = ago or 0
  return candles.close[ago + 1] < candles.close[ago + 1 + (count or TREND_CANDLES)]
end

--- Whether the price rose over the `count` candles before the given one.
-- @tparam[opt=5] number count
function patterns.after_rise(candles, ago, count)
  ago = ago or 0
  return candles.close[ago + 1] > candles.close[ago + 1 + (count or TREND_CANDLES)]
end

-- One candle ------------------------------------------------------------------------------------------------------

--- Doji: open and close nearly equal, a body of at most 10 % of the range.
function patterns.doji(candles, ago)
  local body, _, _, range = shape(candles, ago or 0)
  return range > 0 and body <= DOJI_BODY * range
end

--- Dragonfly doji: a doji at the top of its range (upper shadow at most 10 %).
function patterns.dragonfly_doji(candles, ago)
  local _, upper, _, range = shape(candles, ago or 0)
  return patterns.doji(candles, ago) and upper <= DOJI_BODY * range
end

--- Gravestone doji: a doji at the bottom of its range (lower shadow at most 10 %).
function patterns.gravestone_doji(candles, ago)
  local _, _, lower, range = shape(candles, ago or 0)
  return patterns.doji(candles, ago) and lower <= DOJI_BODY * range
end

--- Spinning top: a small body with a shadow longer than the body on each side.
function patterns.spinning_top(candles, ago)
  ago = ago or 0
  local body, upper, lower = shape(candles, ago)
  return is_small(candles, ago) and upper > body and lower > body
end

--- Marubozu: a body of at least 95 % of the range, in either direction.
function patterns.marubozu(candles, ago)
  local body, _, _, range = shape(candles, ago or 0)
  return range > 0 and body >= 0.95 * range
end

--- A small body at the top, a lower shadow of at least twice the body, hardly any upper shadow: a hammer after a fall,
-- a hanging man after a rise.
function patterns.hammer_shape(candles, ago)
  ago = ago or 0
  local body, upper, lower, range = shape(candles, ago)
  return range > 0 and is_small(candles, ago) and lower >= 2 * body and lower > 0 and upper <= DOJI_BODY * range
end

--- The mirror of `hammer_shape`: an inverted hammer after a fall, a shooting star after a rise.
function patterns.star_shape(candles, ago)
  ago = ago or 0
  local body, upper, lower, range = shape(candles, ago)
  return range > 0 and is_small(candles, ago) and upper >= 2 * body and upper > 0 and lower <= DOJI_BODY * range
end

--- Hammer (bullish): the hammer's shape after a fall.
function patterns.hammer(candles, ago)
  return patterns.hammer_shape(candles, ago) and patterns.after_fall(candles, ago)
end

--- Inverted hammer (bullish): the star's shape after a fall.
function patterns.inverted_hammer(candles, ago)
  return patterns.star_shape(candles, ago) and patterns.after_fall(candles, ago)
end

--- Hanging man (bearish): the hammer's shape after a rise.
function patterns.hanging_man(candles, ago)
  return patterns.hammer_shape(candles, ago) and patterns.after_rise(candles, ago)
end

--- Shooting star (bearish): the star's shape after a rise.
function patterns.shooting_star(candles, ago)
  return patterns.star_shape(candles, ago) and patterns.after_rise(candles, ago)
end

-- Two candles -----------------------------------------------------------------------------------------------------

--- Bullish engulfing: a rising body that covers the falling body before it.
function patterns.bullish_engulfing(candles, ago)
  ago = ago or 0
  local open, _, _, close = read(candles, ago)
  return is_bear(candles, ago + 1) and close > open
    and open <= candles.close[ago + 1] and close >= candles.open[ago + 1]
    and abs(close - open) > abs(candles.close[ago + 1] - candles.open[ago + 1])
end

--- Bearish engulfing: a falling body that covers the rising body before it.
function patterns.bearish_engulfing(candles, ago)
  ago = ago or 0
  local open, _, _, close = read(candles, ago)
  return is_bull(candles, ago + 1) and close < open
    and open >= candles.close[ago + 1] and close <= candles.open[ago + 1]
    and abs(close - open) > abs(candles.close[ago + 1] - candles.open[ago + 1])
end

-- A body inside the long body before it.
local function is_harami(candles, ago)
  local open, _, _, close = read(candles, ago)
  local first, last = candles.open[ago + 1], candles.close[ago + 1]
  return is_long(candles, ago + 1) and max(open, close) <= max(first, last) and min(open, close) >= min(first, last)
    and abs(close - open) < abs(last - first)
end

--- Bullish harami: a rising body inside the long falling body before it.
function patterns.bullish_harami(candles, ago)
  ago = ago or 0
  return is_bear(candles, ago + 1) and is_bull(candles, ago) and is_harami(candles, ago)
end

--- Bearish harami: a falling body inside the long rising body before it.
function patterns.bearish_harami(candles, ago)
  ago = ago or 0
  return is_bull(candles, ago + 1) and is_bear(candles, ago) and is_harami(candles, ago)
end

--- Piercing line (bullish): after a long falling candle, one that opens at or below its close and closes above the
-- middle of its body, but not above its open.
function patterns.piercing_line(candles, ago)
  ago = ago or 0
  local open, _, _, close = read(candles, ago)
  return is_bear(candles, ago + 1) and is_long(candles, ago + 1) and open <= candles.close[ago + 1]
    and close > middle(candles, ago + 1) and close < candles.open[ago + 1]
end

--- Dark cloud cover (bearish): the mirror of the piercing line.
function patterns.dark_cloud_cover(candles, ago)
  ago = ago or 0
  local open, _, _, close = read(candles, ago)
  return is_bull(candles, ago + 1) and is_long(candles, ago + 1) and open >= candles.close[ago + 1]
    and close < middle(candles, ago + 1) and close > candles.open[ago + 1]
end

--- Tweezer bottom (bullish): a falling then a rising candle with the same low, within 5 % of the wider range.
function patterns.tweezer_bottom(candles, ago)
  ago = ago or 0
  local wide = max(candles.high[ago] - candles.low[ago], candles.high[ago + 1] - candles.low[ago + 1])
  return is_bear(candles, ago + 1) and is_bull(candles, ago)
    and abs(candles.low[ago] - candles.low[ago + 1]) <= 0.05 * wide and patterns.after_fall(candles, ago)
end

--- Tweezer top (bearish): a rising then a falling candle with the same high, within 5 % of the wider range.
function patterns.tweezer_top(candles, ago)
  ago = ago or 0
  local wide = max(candles.high[ago] - candles.low[ago], candles.high[ago + 1] - candles.low[ago + 1])
  return is_bull(candles, ago + 1) and is_bear(candles, ago)
    and abs(candles.high[ago] - candles.high[ago + 1]) <= 0.05 * wide and patterns.after_rise(candles, ago)
end

--- Inside bar: the range lies within the range of the candle before.
function patterns.inside_bar(candles, ago)
  ago = ago or 0
  return candles.high[ago] <= candles.high[ago + 1] and candles.low[ago] >= candles.low[ago + 1]
end

--- Outside bar: the range covers the range of the candle before.
function patterns.outside_bar(candles, ago)
  ago = ago or 0
  return candles.high[ago] > candles.high[ago + 1] and candles.low[ago] < candles.low[ago + 1]
end

-- Three candles ---------------------------------------------------------------------------------------------------

--- Morning star (bullish): a long falling candle, a small body below its middle, a rising candle that closes above
-- its middle. (Markets that never close rarely gap, so no gap is asked for.)
function patterns.morning_star(candles, ago)
  ago = ago or 0
  local half = middle(candles, ago + 2)
  return is_bear(candles, ago + 2) and is_long(candles, ago + 2) and is_small(candles, ago + 1)
    and max(candles.open[ago + 1], candles.close[ago + 1]) < half
    and is_bull(candles, ago) and candles.close[ago] > half
end

--- Evening star (bearish): the mirror of the morning star.
function patterns.evening_star(candles, ago)
  ago = ago or 0
  local half = middle(candles, ago + 2)
  return is_bull(candles, ago + 2) and is_long(candles, ago + 2) and is_small(candles, ago + 1)
    and min(candles.open[ago + 1], candles.close[ago + 1]) > half
    and is_bear(candles, ago) and candles.close[ago] < half
end

--- Three white soldiers (bullish): three long rising candles, each opening within the body before it and closing
-- higher.
function patterns.three_white_soldiers(candles, ago)
  ago = ago or 0
  for i = ago, ago + 2 do
    if not (is_bull(candles, i) and is_long(candles, i)) then return false end
  end
  for i = ago, ago + 1 do
    local open, _, _, close = read(candles, i)
    local first, last = candles.open[i + 1], candles.close[i + 1]
    if not (close > last and open >= first and open <= last) then return false end
  end
  return true
end

--- Three black crows (bearish): the mirror of the three soldiers.
function patterns.three_black_crows(candles, ago)
  ago = ago or 0
  for i = ago, ago + 2 do
    if not (is_bear(candles, i) and is_long(candles, i)) then return false end
  end
  for i = ago, ago + 1 do
    local open, _, _, close = read(candles, i)
    local first, last = candles.open[i + 1], candles.close[i + 1]
    if not (close < last and open <= first and open >= last) then return false end
  end
  return true
end

--- Three inside up (bullish): a bullish harami confirmed by a close above the first candle's open.
function patterns.three_inside_up(candles, ago)
  ago = ago or 0
  return patterns.bullish_harami(candles, ago + 1) and is_bull(candles, ago)
    and candles.close[ago] > candles.open[ago + 2]
end

--- Three inside down (bearish): a bearish harami confirmed by a close below the first candle's open.
function patterns.three_inside_down(candles, ago)
  ago = ago or 0
  return patterns.bearish_harami(candles, ago + 1) and is_bear(candles, ago)
    and candles.close[ago] < candles.open[ago + 2]
end

-- All of them -----------------------------------------------------------------------------------------------------

local BULLISH = {
  "three_white_soldiers", "morning_star", "three_inside_up", "bullish_engulfing", "piercing_line", "bullish_harami",
  "tweezer_bottom", "hammer", "inverted_hammer",
}
local BEARISH = {
  "three_black_crows", "evening_star", "three_inside_down", "bearish_engulfing", "dark_cloud_cover", "bearish_harami",
  "tweezer_top", "hanging_man", "shooting_star",
}

local function first_of(names, candles, ago)
  for i = 1, #names do
    if patterns[names[i]](candles, ago) then return names[i] end
  end
  return nil
end

--- The name of the strongest bullish pattern that ends here, or nil.
--
--     function S:should_long()
--       local name = patterns.bullish(self.candles)
--       return name ~= nil, name
--     end
function patterns.bullish(candles, ago) return first_of(BULLISH, candles, ago) end

--- The name of the strongest bearish pattern that ends here, or nil.
function patterns.bearish(candles, ago) return first_of(BEARISH, candles, ago) end

return patterns
