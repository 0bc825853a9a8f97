-- level: strategy
-- attack: a name, version and description of megabytes
-- without care: in every report, row and message
-- expect: stopped|error|refused|harmless
local text = ("x"):rep(3000000)
return Strategy { name = text, timeframe = "15m", version = text, description = text }
