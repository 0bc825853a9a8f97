-- level: strategy
-- attack: sizes that are NaN, infinite, negative, text, tables
-- without care: an order that is no amount
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local sizes, n = {0 / 0, 1 / 0, -1 / 0, 1e308, -5, "12", {}, print, true, 2 ^ 63, math.mininteger}, 0
function S:should_long() return true end
function S:should_exit() return true end
function S:calculate_position_size()
  n = n + 1
  return sizes[n % #sizes + 1]
end
function S:calculate_stop_loss() return sizes[n % 7 + 1] end
function S:calculate_take_profit() return sizes[n % 5 + 1] end
return S
