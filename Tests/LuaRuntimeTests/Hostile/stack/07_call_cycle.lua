-- attack: an object whose __call is itself
-- without care: each step moves the arguments up, until a million slots are full
-- expect: stopped|error
local mt = {}
local t = setmetatable({}, mt)
mt.__call = t
while true do pcall(t) end
