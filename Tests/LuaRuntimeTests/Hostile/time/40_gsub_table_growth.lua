-- attack: gsub of each of a million characters by a table
-- without care: hundreds of milliseconds a call
-- expect: stopped|error
local s = ("ab"):rep(1000000)
while true do local _ = s:gsub(".", {a = "b", b = "a"}) end
