-- attack: table.concat of thousands of short strings into a quarter of a megabyte, again and again
-- without care: milliseconds an instruction
-- expect: stopped|error
local t = {}
for i = 1, 30000 do t[i] = "12345678" end
while true do local _ = table.concat(t) end
