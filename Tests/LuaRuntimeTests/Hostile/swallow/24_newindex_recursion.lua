-- attack: __newindex that writes to itself, caught and tried again
-- without care: caught for ever
-- expect: stopped
local t = setmetatable({}, {__newindex = function(self, key, value) self[key] = value end})
while true do pcall(function() t.x = 1 end) end
