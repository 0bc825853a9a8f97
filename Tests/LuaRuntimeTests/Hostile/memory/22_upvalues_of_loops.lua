-- attack: fresh upvalues for each turn of a loop, all kept
-- without care: the machine's memory
-- expect: stopped|error
local kept = {}
for i = 1, 1e9 do
  local a, b, c = i, i + 1, i + 2
  kept[i] = function() a, b, c = b, c, a return a end
end
