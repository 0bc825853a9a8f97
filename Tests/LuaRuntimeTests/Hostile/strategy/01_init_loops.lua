-- level: strategy
-- attack: init that never ends
-- without care: catches its stop; the strategy never starts and never fails
-- expect: stopped|error
local S = Strategy { name = "x", timeframe = "15m" }
function S:init() while true do pcall(function() while true do end end) end end
return S
