-- level: strategy
-- attack: notices without end
-- without care: a message to the user for each
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  while true do notify(("text "):rep(1000)) end
end
return S
