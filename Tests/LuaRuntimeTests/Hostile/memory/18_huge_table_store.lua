-- attack: one store that doubles a table of hundreds of thousands of entries
-- without care: one instruction moves them all
-- expect: stopped|error
local t = {}
for i = 1, 1e9 do t[i] = i end
