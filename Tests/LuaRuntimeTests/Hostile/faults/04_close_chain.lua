-- attack: a chain of coroutines each of which closes the one before
-- without care: this build does not count the depth of coroutine.close: the C stack overflows
-- expect: error
local before
for _ = 1, 22000 do
  local inner = before
  before = coroutine.create(function()
    local guard <close> = setmetatable({}, {__close = function() if inner then coroutine.close(inner) end end})
    coroutine.yield()
  end)
  coroutine.resume(before)
end
coroutine.close(before)
