-- level: strategy
-- attack: a declaration and parameters that contain themselves
-- without care: the reader recurses to its end
-- expect: stopped|error|refused|harmless
local d = { name = "x", timeframe = "15m" }
d.params = d
d.uses = { d }
d.symbols = d
d.description = d
return Strategy(d)
