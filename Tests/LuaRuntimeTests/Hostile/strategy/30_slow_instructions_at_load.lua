-- level: strategy
-- attack: few but slow instructions while the file is loaded, nearly as long as a load may take
-- without care: a host that loads a file several times pays several times
-- expect: stopped|error|harmless
local part = ("\0"):rep(250000)
local a, b = part .. "\1", part .. "\2"
for _ = 1, 40 do local _ = a < b end
local S = Strategy { name = "x", timeframe = "15m" }
function S:init() for _ = 1, 20 do local _ = a < b end end
function S:should_long()
  for _ = 1, 20 do local _ = a < b end
  return false
end
function S:on_stop() for _ = 1, 30 do local _ = a < b end end
return S
