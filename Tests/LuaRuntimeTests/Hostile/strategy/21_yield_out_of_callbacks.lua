-- level: strategy
-- attack: yields out of a callback, out of init, out of a host function's callback
-- without care: the host's thread is suspended
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:init() pcall(coroutine.yield, 1) end
function S:should_long() coroutine.yield(true) return true end
return S
