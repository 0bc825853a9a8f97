-- attack: a chain of two thousand __index tables, and a loop of them
-- without care: stock Lua stops at two thousand links, at each access
-- expect: stopped|error
local first = {}
local t = first
for _ = 1, 1900 do t = setmetatable({}, {__index = t}) end
setmetatable(first, {__index = t})
while true do pcall(function() return t.x end) end
