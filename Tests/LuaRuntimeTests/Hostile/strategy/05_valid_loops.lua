-- level: strategy
-- attack: valid(p) that never ends
-- without care: the host asks it outside a budget, while it reads the declaration
-- expect: stopped|error
return Strategy {
  name = "x", timeframe = "15m",
  params = { a = param.int { 1, min = 1, max = 5 } },
  valid = function() while true do pcall(function() while true do end end) end end,
}
