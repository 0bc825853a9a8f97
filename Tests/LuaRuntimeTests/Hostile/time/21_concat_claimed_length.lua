-- attack: table.concat with explicit huge bounds over a default of a C function
-- without care: grows a buffer without a hook
-- expect: stopped|error
local t = setmetatable({}, {__index = rawlen})
while true do pcall(table.concat, t, "", 1, math.maxinteger - 1) end
