-- attack: utf8.offset to the end of fifteen megabytes in a loop
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local s = ("é"):rep(7000000)
while true do local _ = utf8.offset(s, 6900000) end
