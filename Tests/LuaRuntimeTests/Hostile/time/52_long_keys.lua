-- attack: long strings as keys, made anew for each access, hashed over their whole length
-- without care: each access reads a quarter of a megabyte
-- expect: stopped|error
local t, part = {}, ("k"):rep(200000)
for i = 1, 50 do t[part .. i] = i end
while true do local _ = t[part .. "1"], t[part .. "2"], t[part .. "3"], t[part .. "4"] end
