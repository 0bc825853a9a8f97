-- attack: table.insert at the front of a table that claims 2^60 elements
-- without care: shifts them all
-- expect: stopped|error|harmless
local t = setmetatable({}, {__len = function() return 1 << 60 end})
table.insert(t, 1, "x")
