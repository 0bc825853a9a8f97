-- attack: reaches the table behind a read-only one through pairs, next, table.move, setmetatable and metamethods
-- without care: modules of the host are changed for all code that uses them
-- expect: error|harmless
local ta = require "ta"
local found = {}
local function try(f)
  local ok, a, b = pcall(f)
  if ok then found[#found + 1], found[#found + 2] = a or false, b or false end
end
try(function() local _, behind = pairs(ta) return behind end)
try(function() return table.move(ta, 1, 0, 1) end)
try(function() return table.move(ta, 1, 1, 1) end)
try(function() return table.move({1}, 1, 1, 1, ta) end)
try(function() return getmetatable(setmetatable({}, ta)) end)
try(function() return getmetatable(ta) end)
try(function() return select(2, ipairs(ta)) end)
try(function() return setmetatable(ta, nil) end)
try(function() return rawset(ta, "crossover", print) end)
try(function() return table.insert(ta, 1) or ta end)
try(function() return table.sort(ta, function() end) or ta end)
try(function() return table.remove(ta) or ta end)
for _, behind in ipairs(found) do
  if type(behind) == "table" then pcall(function() behind.crossover = function() return "poisoned" end end) end
end
for _, behind in pairs(found) do
  if type(behind) == "table" then pcall(rawset, behind, "crossover", function() return "poisoned" end) end
end
if require("ta").crossover(1, 2) == "poisoned" then print("DEFEATED poison: the module") end
