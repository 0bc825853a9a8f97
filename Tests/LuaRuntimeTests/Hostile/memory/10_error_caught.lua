-- attack: catches "not enough memory" and asks again
-- without care: each failing allocation collects the whole heap first
-- expect: stopped|error
local kept = {}
pcall(function() for i = 1, 1e9 do kept[i] = {} end end)
while true do pcall(string.rep, "x", 30000000) end
