-- level: strategy
-- attack: a hundred thousand orders at one candle
-- without care: each is queued
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:on_candle()
  for i = 1, 1000000 do self:buy { value = 1, tag = ("t"):rep(500) } end
end
return S
