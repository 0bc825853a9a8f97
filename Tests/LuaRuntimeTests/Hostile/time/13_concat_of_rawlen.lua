-- attack: table.concat over a table whose elements come from a C function and whose length is claimed
-- without care: the loop of concat calls no Lua function, so no hook
-- expect: stopped|error
local t = setmetatable({}, {__len = function() return 1 << 60 end, __index = rawlen})
while true do pcall(table.concat, t) end
