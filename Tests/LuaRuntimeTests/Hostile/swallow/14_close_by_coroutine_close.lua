-- attack: coroutine.close of a coroutine that the hook stopped
-- without care: its __close handler runs with hooks off
-- expect: error
local co = coroutine.create(function()
  local guard <close> = setmetatable({}, {__close = function() while true do end end})
  while true do end
end)
coroutine.resume(co)
coroutine.close(co)
