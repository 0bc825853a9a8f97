-- attack: a to-be-closed variable in a coroutine that the hook stopped
-- without care: coroutine.wrap closes the dead coroutine with its hooks still off, for ever
-- expect: error
coroutine.wrap(function()
  local guard <close> = setmetatable({}, {__close = function() while true do end end})
  while true do end
end)()
