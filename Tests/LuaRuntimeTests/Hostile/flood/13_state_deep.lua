-- level: strategy
-- attack: a state nested a hundred thousand deep
-- without care: the writer of the state recurses to its end
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  local t = {}
  for _ = 1, 100000 do t = {t} end
  self.state.deep = t
  return false
end
return S
