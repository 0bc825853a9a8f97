-- attack: orders strings of zero bytes that are just below the cap of many hosts on one string
-- without care: strcoll is called for each zero byte, in one instruction
-- expect: stopped|error
local part = ("\0"):rep(250000)
local a, b = part .. "\1", part .. "\2"
while true do local _ = a < b, a < b, a <= b, b > a end
