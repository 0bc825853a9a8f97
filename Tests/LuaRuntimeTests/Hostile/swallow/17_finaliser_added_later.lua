-- attack: __gc is added to the metatable before it is set again on a new table
-- without care: a check of the first setmetatable alone misses it
-- expect: error
local mt = {}
setmetatable({}, mt)
mt.__gc = function() while true do end end
kept = setmetatable({}, mt)
