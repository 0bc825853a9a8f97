-- attack: replaces functions of a module that other code requires as well
-- without care: modules of the host run the attacker's function
-- expect: error|harmless
local ta = require "ta"
pcall(function() ta.crossover = function() return "poisoned" end end)
pcall(rawset, ta, "ema", nil)
if require("ta").crossover(1, 2) == "poisoned" then print("DEFEATED poison: ta.crossover") end
