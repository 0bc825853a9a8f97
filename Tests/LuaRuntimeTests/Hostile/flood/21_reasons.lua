-- level: strategy
-- attack: reasons of megabytes beside the answer of should_long
-- without care: kept in the journal of every candle
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local text = ("x"):rep(4000000)
function S:should_long() return true, text end
function S:should_exit() return true, text end
function S:calculate_position_size() return 10 end
return S
