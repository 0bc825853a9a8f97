--- Statistics over the last values of a series, computed when asked for.
--
--     local z = stats.zscore(self.close, 50)
--
-- Every function takes a series (`self.close`, an indicator), the number of values `n`, and optionally how many
-- candles ago the window ends (0, the last closed candle, when left out). A call costs time in proportion to `n`;
-- for a moving figure on every candle, the indicators of `ta` cost the same whatever the period.
-- A window that reaches past the history, or holds a NaN, answers NaN. Deviations are those of a population, as
-- `ta.stddev` computes them.
-- @module stats

local stats = {}

-- Set by the host: an error in the reader's language.
local refuse = refuse or function(english) error(english, 0) end
local floor, sqrt = math.floor, math.sqrt
local nan = 0 / 0

--- The largest window.
stats.longest = 4096

local function check_window(name, n, least)
  if type(n) == "number" and n >= least and n <= stats.longest and n == floor(n) then return end
  local call, bounds, shown = "stats." .. name, { least, stats.longest }, tostring(n)
  refuse(call .. ": n must be a whole number from " .. table.concat(bounds, " to ") .. ", was " .. shown,
    call .. " : n doit être un nombre entier de " .. table.concat(bounds, " à ") .. ", valeur reçue : " .. shown)
end

local function sum(series, n, ago)
  local total = 0
  for i = ago, ago + n - 1 do total = total + series[i] end
  return total
end

-- The sum of the products of both series' deviations from their means.
local function codeviation(a, b, n, ago)
  local mean_a, mean_b = sum(a, n, ago) / n, sum(b, n, ago) / n
  local total = 0
  for i = ago, ago + n - 1 do total = total + (a[i] - mean_a) * (b[i] - mean_b) end
  return total, mean_a, mean_b
end

--- The sum.
function stats.sum(series, n, ago)
  check_window("sum", n, 1)
  return sum(series, n, ago or 0)
end

--- The arithmetic mean.
function stats.mean(series, n, ago)
  check_window("mean", n, 1)
  return sum(series, n, ago or 0) / n
end

--- The variance of the population.
function stats.variance(series, n, ago)
  check_window("variance", n, 1)
  return codeviation(series, series, n, ago or 0) / n
end

--- The standard deviation of the population.
function stats.stdev(series, n, ago)
  check_window("stdev", n, 1)
  return sqrt(codeviation(series, series, n, ago or 0) / n)
end

--- The standard deviation of a sample: divided by n - 1.
function stats.sample_stdev(series, n, ago)
  check_window("sample_stdev", n, 2)
  return sqrt(codeviation(series, series, n, ago or 0) / (n - 1))
end

--- How many standard deviations the newest value lies above the mean; NaN where all values are equal.
function stats.zscore(series, n, ago)
  check_window("zscore", n, 2)
  ago = ago or 0
  local total, mean = codeviation(series, series, n, ago)
  if total <= 0 then return nan end
  return (series[ago] - mean) / sqrt(total / n)
end

--- The lowest and the highest value: `local low, high = stats.range(self.close, 50)`.
function stats.range(series, n, ago)
  check_window("range", n, 1)
  ago = ago or 0
  local low, high = series[ago], series[ago]
  for i = ago, ago + n - 1 do
    local value = series[i]
    if value ~= value then return nan, nan end
    if value < low then low = value end
    if value > high then high = value end
  end
  return low, high
end

--- Where the newest value stands between the lowest (0) and the highest (1); NaN where they are equal.
function stats.range_place(series, n, ago)
  check_window("range_place", n, 2)
  local low, high = stats.range(series, n, ago)
  if not (high > low) then return nan end
  return (series[ago or 0] - low) / (high - low)
end

-- The values of a window in order; one table serves every call, so its contents last until the next one.
local sorted = {}

local function sort_window(series, n, ago)
  for i = 1, n do
    local value = series[ago + i - 1]
    if value ~= value then return nil end
    sorted[i] = value
  end
  for i = #sorted, n + 1, -1 do sorted[i] = nil end
  table.sort(sorted)
  return sorted
end

--- The value below which a fraction of the window lies, interpolated between neighbours.
-- @tparam number fraction from 0 (the lowest) to 1 (the highest); 0.5 is the median
function stats.percentile(series, n, fraction, ago)
  check_window("percentile", n, 1)
  if not (type(fraction) == "number" and fraction >= 0 and fraction <= 1) then
    local shown = tostring(fraction)
    refuse("stats.percentile: the fraction must be from 0 to 1, was " .. shown,
      "stats.percentile : la fraction doit être de 0 à 1, valeur reçue : " .. shown)
  end
  local values = sort_window(series, n, ago or 0)
  if not values then return nan end
  local place = 1 + fraction * (n - 1)
  local below = floor(place)
  if below >= n then return values[n] end
  return values[below] + (place - below) * (values[below + 1] - values[below])
end

--- The middle value.
function stats.median(series, n, ago)
  check_window("median", n, 1)
  return stats.percentile(series, n, 0.5, ago)
end

--- The fraction of the earlier values of the window that lie below the newest.
function stats.percent_rank(series, n, ago)
  check_window("percent_rank", n, 2)
  ago = ago or 0
  local newest, below = series[ago], 0
  for i = ago + 1, ago + n - 1 do
    local value = series[i]
    if value ~= value then return nan end
    if value < newest then below = below + 1 end
  end
  if newest ~= newest then return nan end
  return below / (n - 1)
end

--- Pearson's correlation of two series, from -1 to 1; NaN where one of them does not move.
function stats.correlation(a, b, n, ago)
  check_window("correlation", n, 2)
  ago = ago or 0
  local spread_a = codeviation(a, a, n, ago)
  local spread_b = codeviation(b, b, n, ago)
  if not (spread_a > 0 and spread_b > 0) then return nan end
  return codeviation(a, b, n, ago) / sqrt(spread_a * spread_b)
end

--- The covariance of two series.
function stats.covariance(a, b, n, ago)
  check_window("covariance", n, 1)
  return codeviation(a, b, n, ago or 0) / n
end

--- The slope of the straight line through `a` as a function of `b`, and its value at `b` = 0: the hedge ratio of a
-- pair. NaN where `b` does not move.
-- @treturn number slope
-- @treturn number intercept
function stats.regression(a, b, n, ago)
  check_window("regression", n, 2)
  ago = ago or 0
  local together, mean_a, mean_b = codeviation(a, b, n, ago)
  local spread = codeviation(b, b, n, ago)
  if not (spread > 0) then return nan, nan end
  local slope = together / spread
  return slope, mean_a - slope * mean_b
end

--- The straight line through the window: its slope a candle, its value at the newest candle, and how much of the
-- variance it explains (0 to 1; NaN where the series does not move).
-- @treturn number slope
-- @treturn number value
-- @treturn number r_squared
function stats.linear_fit(series, n, ago)
  check_window("linear_fit", n, 2)
  ago = ago or 0
  local mean = sum(series, n, ago) / n
  local middle = (n - 1) / 2
  local together, spread, total = 0, 0, 0
  for i = 0, n - 1 do
    local x, y = middle - i, series[ago + i] - mean
    together = together + x * y
    spread = spread + x * x
    total = total + y * y
  end
  local slope = together / spread
  local explained = total > 0 and slope * together / total or nan
  return slope, mean + slope * middle, explained
end

--- The change from the value `n` candles earlier, as a fraction.
function stats.change(series, n, ago)
  check_window("change", n, 1)
  ago = ago or 0
  return series[ago] / series[ago + n] - 1
end

--- The standard deviation of the last `n` changes from candle to candle: the volatility a candle, as a fraction.
function stats.stdev_of_returns(series, n, ago)
  check_window("stdev_of_returns", n, 2)
  ago = ago or 0
  local mean = 0
  for i = ago, ago + n - 1 do mean = mean + (series[i] / series[i + 1] - 1) end
  mean = mean / n
  local total = 0
  for i = ago, ago + n - 1 do
    local deviation = series[i] / series[i + 1] - 1 - mean
    total = total + deviation * deviation
  end
  return sqrt(total / n)
end

--- The correlation of a series with itself `lag` candles earlier: above 0 where moves go on, below 0 where they turn.
function stats.autocorrelation(series, n, lag, ago)
  check_window("autocorrelation", n, 2)
  check_window("autocorrelation", lag, 1)
  ago = ago or 0
  local mean = sum(series, n, ago) / n
  local together, spread = 0, 0
  for i = ago, ago + n - 1 do
    local deviation = series[i] - mean
    spread = spread + deviation * deviation
    if i + lag < ago + n then together = together + deviation * (series[i + lag] - mean) end
  end
  if not (spread > 0) then return nan end
  return together / spread
end

return stats
