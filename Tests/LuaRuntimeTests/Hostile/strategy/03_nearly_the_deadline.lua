-- level: strategy
-- attack: every callback works for just less than its budget
-- without care: 500 candles of a dry run take minutes although no limit is passed
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  local x = 0
  for i = 1, 2500000 do x = x + i % 7 end
  return false
end
return S
