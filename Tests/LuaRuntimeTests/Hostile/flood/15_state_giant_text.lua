-- level: strategy
-- attack: texts of megabytes in the state
-- without care: stored at every candle
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local text = ("x"):rep(5000000)
function S:should_long()
  self.state.text = text
  self.state[text] = text
  return false
end
return S
