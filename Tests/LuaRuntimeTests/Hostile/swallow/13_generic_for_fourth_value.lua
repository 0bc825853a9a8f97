-- attack: the fourth value of a generic for is closed when the loop is left
-- without care: the closing value runs script code during the unwinding
-- expect: error
local closing = setmetatable({}, {__close = function()
  while true do pcall(function() while true do end end) end
end})
for _ in function() while true do end end, nil, nil, closing do end
