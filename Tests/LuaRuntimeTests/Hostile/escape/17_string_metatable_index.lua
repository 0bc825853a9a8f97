-- attack: replaces __index of the metatable of strings
-- without care: as escape/16
-- expect: error|harmless
pcall(function()
  local mt = getmetatable("")
  mt.__index = function(_, key) return key == "marker" and "poisoned" or nil end
  mt.__add = function() return "poisoned" end
end)
local ok, marker = pcall(function() return ("x").marker end)
if ok and marker == "poisoned" then print("DEFEATED poison: strings index the script") end
