-- attack: __index that indexes itself, caught and tried again
-- without care: C stack overflows and stops are caught for ever
-- expect: stopped
local t = setmetatable({}, {__index = function(self, key) return self[key] end})
while true do pcall(function() return t.x end) end
