-- attack: __len and __unm that call themselves
-- without care: caught for ever
-- expect: stopped
local mt = {}
mt.__len = function(a) return #a end
mt.__unm = function(a) return -a end
local a = setmetatable({}, mt)
while true do
  pcall(function() return #a end)
  pcall(function() return -a end)
end
