-- attack: table.sort of 600,000 numbers, again and again
-- without care: a tenth of a second an instruction
-- expect: stopped|error
local t = {}
for i = 1, 600000 do t[i] = (i * 7919) % 600011 end
while true do table.sort(t) end
