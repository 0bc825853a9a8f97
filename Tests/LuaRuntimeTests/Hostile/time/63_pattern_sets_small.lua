-- attack: sets of hundreds of kilobytes, frontiers and classes over a quarter of a megabyte
-- without care: the set is read for every character
-- expect: stopped|error
local s = ("a"):rep(250000)
local set = "[" .. ("b-c%d"):rep(40000) .. "]"
while true do local _ = s:find(set), s:find("%f" .. set), s:match("^[^" .. ("%w"):rep(1000) .. "]*$") end
