-- level: strategy
-- attack: callbacks that are tables with __call, coroutines, series
-- without care: the host calls what is no function
-- expect: stopped|error|harmless|refused
local S = Strategy { name = "x", timeframe = "15m" }
S.should_long = setmetatable({}, {__call = function() while true do pcall(function() while true do end end) end end})
S.should_exit = coroutine.create(print)
S.calculate_position_size = "text"
S.init = setmetatable({}, {__call = setmetatable({}, {__call = print})})
return S
