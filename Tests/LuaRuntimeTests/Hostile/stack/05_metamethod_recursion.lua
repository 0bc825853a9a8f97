-- attack: __index through __add through __lt through __concat and round again
-- without care: C recursion; stock Lua stops it at 200 levels
-- expect: stopped|error
local mt = {}
local t = setmetatable({}, mt)
mt.__index = function() return t + t end
mt.__add = function() return t < t end
mt.__lt = function() return #t end
mt.__len = function() return t == setmetatable({}, mt) end
mt.__eq = function() return -t end
mt.__unm = function() return t.x end
while true do pcall(function() return t.x end) end
