-- repeat: the same text in every run
-- attack: the order of pairs over string keys
-- without care: it follows a seed made of addresses and time
-- expect: harmless|error
local t = {}
for i = 1, 40 do t["key" .. i * 7919] = i end
local order = {}
for key in pairs(t) do order[#order + 1] = key end
print(table.concat(order, " "))
