-- level: strategy
-- attack: two hundred thousand parameters
-- without care: each is read, checked and listed
-- expect: stopped|error|refused
local params = {}
for i = 1, 150000 do params["p" .. i] = param.int { 1 } end
return Strategy { name = "x", timeframe = "15m", params = params }
