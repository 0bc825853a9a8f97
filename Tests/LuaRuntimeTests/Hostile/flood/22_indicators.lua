-- level: strategy
-- attack: a hundred thousand indicators of the longest period
-- without care: windows of gigabytes outside the cap of the interpreter
-- expect: stopped|error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m" }
function S:init()
  for i = 1, 100000 do ta.sma(self.close, 5000 + i % 4000) end
end
return S
