-- level: strategy
-- repeat: the same text in every run
-- attack: random() and now() as clocks
-- without care: they differ from run to run
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  print(now and now(), random and random(), math.random())
  return false
end
return S
