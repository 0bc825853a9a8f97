-- level: strategy
-- attack: new indicators in every callback
-- without care: the limit of init does not hold later
-- expect: stopped|error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  for _ = 1, 5000 do pcall(ta.sma, self.close, 9000) end
  return false
end
return S
