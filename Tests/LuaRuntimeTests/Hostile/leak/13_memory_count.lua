-- attack: collectgarbage("count"): what the heap holds
-- without care: it differs from run to run and shows what the host keeps there
-- expect: harmless|error
local ok, count = pcall(function() return collectgarbage("count") end)
if ok and count and count > 0 then print("DEFEATED leak: the size of the heap") end
