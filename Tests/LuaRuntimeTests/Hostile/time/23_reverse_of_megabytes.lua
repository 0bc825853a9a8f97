-- attack: string.reverse of seven megabytes in a loop
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local s = ("x"):rep(7000000)
while true do local _ = s:reverse() end
