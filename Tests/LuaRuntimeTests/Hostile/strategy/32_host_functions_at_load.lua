-- level: strategy
-- attack: host functions called while the file is loaded, from coroutines, and from metamethods during a declaration
-- without care: the host has no instance yet and follows a null pointer
-- expect: error|harmless|refused
local ta = require "ta"
for _, f in ipairs {log.info, plot, notify, now, random, units, ta.ema, ta.crossover} do
  print(pcall(f), pcall(f, 1), pcall(f, "x", 1), pcall(f, {}, {}))
  print(pcall(coroutine.wrap(function() return f("x", 2) end)))
end
local S = Strategy { name = "x", timeframe = "15m" }
print(pcall(function() return S.close[0] end), pcall(function() return S:buy { value = 1 } end))
print(pcall(Strategy, S), pcall(Strategy, Strategy), pcall(Strategy), pcall(Strategy, { name = "y", timeframe = "1m" }))
return S
