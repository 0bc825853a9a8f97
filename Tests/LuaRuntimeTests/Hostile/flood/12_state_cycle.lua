-- level: strategy
-- attack: a state that contains itself
-- without care: the writer of the state recurses to its end
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  self.state.me = self.state
  return false
end
return S
