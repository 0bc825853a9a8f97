-- attack: integer keys that fall into one chain when the table grows
-- without care: one store into the table runs for a minute
-- expect: stopped|error
local t, factor = {}, (1 << 18) - 1
for i = 1, 400000 do t[i * factor] = i end
