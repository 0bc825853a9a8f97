-- level: strategy
-- attack: orders with tags of megabytes
-- without care: kept in the journal
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local tag = ("t"):rep(4000000)
function S:on_candle() for _ = 1, 5 do pcall(self.buy, self, { value = 1, tag = tag }) end end
return S
