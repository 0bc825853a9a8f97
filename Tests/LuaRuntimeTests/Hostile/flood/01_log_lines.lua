-- level: strategy
-- attack: log lines without end
-- without care: every line is kept outside the cap of the interpreter
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local text = ("x"):rep(2000)
function S:should_long()
  while true do log.info(text) end
end
return S
