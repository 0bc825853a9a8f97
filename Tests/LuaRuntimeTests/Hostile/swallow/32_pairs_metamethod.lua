-- attack: __pairs that answers an iterator without end
-- without care: caught for ever
-- expect: stopped
local endless = setmetatable({}, {__pairs = function() return function() return 1 end end})
while true do
  pcall(function() for _ in pairs(endless) do end end)
end
