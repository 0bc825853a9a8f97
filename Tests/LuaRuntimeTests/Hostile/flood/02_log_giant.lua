-- level: strategy
-- attack: a log line of ten megabytes at every candle
-- without care: hundreds of megabytes of log
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local text = ("x"):rep(400000)
function S:should_long()
  for _ = 1, 25 do log.warn(text) end
  return false
end
return S
