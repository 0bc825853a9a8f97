-- attack: a __close handler that catches every stop
-- without care: unwinding never ends
-- expect: error
local guard <close> = setmetatable({}, {__close = function()
  while true do pcall(function() while true do end end) end
end})
while true do end
