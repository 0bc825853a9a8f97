-- attack: upper, lower, reverse and sub of a quarter of a megabyte
-- without care: each call reads and writes it all
-- expect: stopped|error
local s = ("x"):rep(250000)
while true do local _ = s:upper(), s:lower(), s:reverse(), s:sub(2), s:rep(1) end
