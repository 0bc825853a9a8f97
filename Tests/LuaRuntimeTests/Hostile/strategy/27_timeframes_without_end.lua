-- level: strategy
-- attack: ten thousand timeframes and symbols
-- without care: data is fetched for each
-- expect: stopped|error|refused|harmless
local uses, symbols = {}, {}
for i = 1, 10000 do
  uses[i] = "1h"
  symbols[i] = "A" .. i .. "/USDT"
end
return Strategy { name = "x", timeframe = "15m", uses = uses, symbols = symbols }
