-- level: strategy
-- attack: indicators of indicators of indicators, thousands deep
-- without care: work for each candle without a limit
-- expect: stopped|error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m" }
function S:init()
  local s = self.close
  for _ = 1, 100000 do s = ta.ema(s, 3000) end
  self.last = s
end
return S
