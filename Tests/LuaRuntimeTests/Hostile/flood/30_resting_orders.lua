-- level: strategy
-- attack: orders that never fill, as many as allowed at every candle
-- without care: every later candle looks at all of them
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:on_candle()
  for i = 1, 100 do pcall(self.buy, self, { qty = 0.00000001, limit = 1e-8 * i, expires = 1000000, tag = "t" .. i }) end
  local n = 0
  for _ = 1, 200 do n = n + #self.orders end
end
return S
