-- attack: starts a traversal of a table of thousands of long keys and leaves it, again and again
-- without care: an ordered traversal sorts all keys each time
-- expect: stopped|error
local t, part = {}, ("k"):rep(500)
for i = 1, 12000 do t[part .. i] = i end
while true do for _ in pairs(t) do break end end
