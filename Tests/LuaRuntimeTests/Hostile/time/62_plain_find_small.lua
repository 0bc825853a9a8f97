-- attack: plain find in a quarter of a megabyte with needles that nearly fit
-- without care: quadratic, or linear and free
-- expect: stopped|error
local s = ("ab"):rep(125000)
local needle = ("ab"):rep(60000) .. "c"
while true do local _ = s:find(needle, 1, true), s:find("c", 1, true), s:find("ba" .. needle, 1, true) end
