-- attack: replaces string.rep for every string through the metatable of strings
-- without care: every later use of a string method, the host's modules included, runs the attacker's function
-- expect: error|harmless
pcall(function() getmetatable("").__index.rep = function() return "poisoned" end end)
if ("x"):rep(2) == "poisoned" then print("DEFEATED poison: the metatable of strings") end
