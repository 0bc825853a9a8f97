-- level: strategy
-- attack: an error message of megabytes in every callback
-- without care: kept, journalled and sent as it is
-- expect: stopped|error
local S = Strategy { name = "x", timeframe = "15m" }
local text = ("x"):rep(5000000)
function S:should_long() error(text) end
function S:on_candle() error(text) end
return S
