-- level: strategy
-- attack: parameter tables whose bounds are metamethods that never end
-- without care: the host compares and reads them outside a budget
-- expect: stopped|error|refused
local function spin() while true do pcall(function() while true do end end) end end
local trap = setmetatable({}, {__lt = spin, __le = spin, __eq = spin, __index = spin, __len = spin, __tostring = spin})
return Strategy {
  name = "x", timeframe = "15m",
  params = { a = param.int { trap, min = trap, max = trap }, b = param.choice(trap), c = trap },
}
