-- attack: table.remove at the front of the same table
-- without care: shifts 2^62 elements down
-- expect: stopped|error
local t = {}
t[5], t[9] = true, true
for bit = 0, 62 do t[1 << bit] = true end
table.remove(t, 1)
