-- level: strategy
-- attack: plots with names of half a megabyte
-- without care: kept for the report
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local name = ("n"):rep(400000)
function S:should_long()
  for i = 1, 10 do plot(name .. i, 1) end
  return false
end
return S
