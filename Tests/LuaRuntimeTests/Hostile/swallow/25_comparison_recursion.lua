-- attack: __eq, __lt and __le that compare again
-- without care: caught for ever
-- expect: stopped
local mt = {}
mt.__eq = function(a, b) return a == b end
mt.__lt = function(a, b) return a < b end
mt.__le = function(a, b) return a <= b end
local a, b = setmetatable({}, mt), setmetatable({}, mt)
while true do
  pcall(function() return a == b end)
  pcall(function() return a < b end)
  pcall(function() return a <= b end)
end
