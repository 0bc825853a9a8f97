-- level: strategy
-- attack: on_stop that never ends
-- without care: the host hangs while it shuts down
-- expect: stopped|error
local S = Strategy { name = "x", timeframe = "15m" }
function S:on_stop() while true do pcall(function() while true do end end) end end
function S:on_start() while true do pcall(function() while true do end end) end end
return S
