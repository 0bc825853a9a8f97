-- level: strategy
-- attack: calls Strategy, param and units hundreds of thousands of times
-- without care: the host keeps something for each
-- expect: stopped|error|harmless|refused
local last
while true do
  last = Strategy { name = "x", timeframe = "15m", params = { a = param.float { 1, min = 0, max = 2 } } }
end
