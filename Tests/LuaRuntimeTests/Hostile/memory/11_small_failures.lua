-- attack: thousands of small allocations that fail at a full heap
-- without care: a full collection for each
-- expect: stopped|error
local kept, n = {}, 0
pcall(function() while true do n = n + 1 kept[n] = {n} end end)
while true do pcall(function() local a = {} for i = 1, 10 do a[i] = {} end end) end
