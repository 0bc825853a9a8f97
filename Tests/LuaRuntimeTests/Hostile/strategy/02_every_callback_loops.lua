-- level: strategy
-- attack: every callback runs to its deadline
-- without care: a deadline for each call of each candle adds up to minutes
-- expect: stopped|error
local S = Strategy { name = "x", timeframe = "15m" }
for _, name in ipairs {"should_long", "should_short", "should_exit", "update_position", "on_candle", "on_stop"} do
  S[name] = function() while true do end end
end
return S
