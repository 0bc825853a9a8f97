-- level: strategy
-- attack: keeps a little more at every candle
-- without care: the cap is reached at a moment the host does not expect
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local kept = {}
function S:should_long()
  for _ = 1, 4 do kept[#kept + 1] = ("x"):rep(300000) .. #kept end
  self.state.n = #kept
  return true, "reason " .. #kept
end
function S:calculate_position_size() return 10 end
return S
