-- level: strategy
-- attack: as many indicators as allowed, each with several outputs, the longest periods and the longest history
-- without care: their windows are hundreds of megabytes outside the cap of the interpreter
-- expect: stopped|error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m", history = 100000 }
function S:init()
  for i = 1, 199 do
    local ok = pcall(ta.ichimoku, self.candles, 9000 + i, 9300 + i, 9700 + i)
    if not ok then ta.sma(self.close, 5000 + i) end
  end
end
function S:should_long() return false end
return S
