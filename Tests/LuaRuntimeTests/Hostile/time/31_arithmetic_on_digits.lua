-- attack: arithmetic on a string of ten megabytes of digits
-- without care: each addition reads it all
-- expect: stopped|error
local s = ("1"):rep(10000000)
while true do pcall(function() return s + 1, s * 2, -s, s // 3 end) end
