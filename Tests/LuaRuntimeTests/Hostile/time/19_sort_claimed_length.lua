-- attack: table.sort of a table that claims 2^30 elements, with a C function as the comparator
-- without care: sorts absent values for hours
-- expect: stopped|error|harmless
local t = setmetatable({}, {__len = function() return 1 << 30 end})
table.sort(t, rawequal)
