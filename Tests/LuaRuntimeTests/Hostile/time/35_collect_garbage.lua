-- attack: full collections of a heap of half a million objects
-- without care: 50 ms an instruction
-- expect: stopped|error
local kept = {}
for i = 1, 250000 do kept[i] = {i} end
while true do collectgarbage() end
