-- attack: a __close handler that yields out of the unwinding
-- without care: the stop is suspended, not raised
-- expect: stopped
local co = coroutine.create(function()
  local guard <close> = setmetatable({}, {__close = function()
    while true do coroutine.yield() end
  end})
  while true do end
end)
while true do coroutine.resume(co) end
