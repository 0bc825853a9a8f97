-- attack: replaces functions inside the table of the string library
-- without care: methods of strings run the attacker's function, in the host's own modules too
-- expect: error|harmless
pcall(function() string.upper = function() return "poisoned" end end)
pcall(rawset, string, "lower", function() return "poisoned" end)
if ("x"):upper() == "poisoned" or ("X"):lower() == "poisoned" then print("DEFEATED poison: string.upper") end
