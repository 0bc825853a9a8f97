-- level: strategy
-- attack: indicators whose cost grows with their period, at the longest period, as many as allowed
-- without care: seconds for each candle, outside the budget of the script
-- expect: stopped|error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m", warmup = 0 }
function S:init()
  for i = 1, 60 do
    for _, name in ipairs {"cci", "willr", "aroon"} do pcall(ta[name], self.candles, 9900 + i) end
  end
end
function S:should_long() return false end
return S
