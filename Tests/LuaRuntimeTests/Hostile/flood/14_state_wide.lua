-- level: strategy
-- attack: a state of a hundred thousand entries
-- without care: written down again at every candle
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  for i = 1, 100000 do self.state["k" .. i] = i end
  return false
end
return S
