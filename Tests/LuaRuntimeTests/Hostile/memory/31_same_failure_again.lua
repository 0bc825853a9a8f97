-- attack: one allocation below the cap of a block that fails at a full heap, caught for ever
-- without care: each failure collects the whole heap
-- expect: stopped|error
local kept = {}
for i = 1, 110 do kept[i] = ("x"):rep(250000) .. i end
local list = nil
for _ = 1, 40000 do list = {list} end
while true do pcall(string.rep, "y", 255000) end
