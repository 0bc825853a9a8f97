-- attack: orders two strings of megabytes of zero bytes
-- without care: strcoll is called for each zero byte
-- expect: stopped|error
local a = ("\0"):rep(7000000)
local b = ("\0"):rep(6999999) .. "\1"
while true do local _ = a < b end
