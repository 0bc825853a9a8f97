-- attack: wide conversions of the largest float, few in each call
-- without care: microseconds each, counted as nothing
-- expect: stopped|error
local format = string.format
while true do local _ = format("%99.99f%99.99f%99.99f%99.99f", 1e308, -1e308, 1e308, 1e300) end
