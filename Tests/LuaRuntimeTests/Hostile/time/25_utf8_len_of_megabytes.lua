-- attack: utf8.len of fifteen megabytes in a loop
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local s = ("é"):rep(7000000)
while true do local _ = utf8.len(s) end
