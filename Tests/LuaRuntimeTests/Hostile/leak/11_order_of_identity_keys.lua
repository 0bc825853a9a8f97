-- repeat: the same text in every run
-- attack: the order of pairs over tables, functions and booleans as keys
-- without care: it follows addresses
-- expect: harmless|error
local t = {}
for i = 1, 30 do t[{}] = i t[function() return i end] = -i end
local order = {}
pcall(function() for _, value in pairs(t) do order[#order + 1] = value end end)
print(table.concat(order, " "))
