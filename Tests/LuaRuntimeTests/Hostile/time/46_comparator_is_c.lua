-- attack: C functions as comparator and as callback, so that no Lua runs at all
-- without care: no instruction, no hook
-- expect: stopped|error
local t = {}
for i = 1, 200000 do t[i] = ("x"):rep(40) .. i end
while true do pcall(table.sort, t, rawequal) pcall(table.sort, t, string.find) end
