-- attack: a comparator of sort that never ends, under pcall
-- without care: sort is left with an error, pcall takes it
-- expect: stopped
local t = {}
for i = 1, 100 do t[i] = i end
while true do
  pcall(table.sort, t, function() while true do end end)
end
