-- attack: thousands of wide conversions in one format
-- without care: each call writes megabytes
-- expect: stopped|error
local wide = ("%99.99f"):rep(2000)
local values = {}
for i = 1, 2000 do values[i] = 1e308 end
while true do pcall(string.format, wide, table.unpack(values)) end
