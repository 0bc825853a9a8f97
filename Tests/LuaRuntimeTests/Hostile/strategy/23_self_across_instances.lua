-- level: strategy
-- attack: keeps self and the strategy's table in globals and calls its own callbacks
-- without care: the host is entered again from inside
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:init() me = self end
function S:should_long()
  for _ = 1, 100 do
    pcall(S.init, me)
    pcall(S.should_exit, me)
    pcall(Strategy, { name = "y", timeframe = "1m" })
  end
  return me:should_long()
end
function S:should_exit() return me:should_exit() end
return S
