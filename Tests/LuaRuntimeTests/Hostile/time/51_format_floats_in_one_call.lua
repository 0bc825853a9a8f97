-- attack: as many wide conversions in one call as the string may hold
-- without care: a hundred milliseconds in one call
-- expect: stopped|error
local wide, values = ("%99.99f"):rep(600), {}
for i = 1, 600 do values[i] = 1e308 end
while true do pcall(string.format, wide, table.unpack(values)) end
