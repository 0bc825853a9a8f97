-- attack: the same chain through errors in coroutine.wrap, which closes as well
-- without care: the C stack overflows
-- expect: error
local function chain(n)
  local inner = n > 0 and chain(n - 1)
  local step = coroutine.wrap(function()
    local guard <close> = setmetatable({}, {__close = function() if inner then pcall(inner) end end})
    coroutine.yield()
    error("end")
  end)
  step()
  return step
end
pcall(chain(180))
local before
for _ = 1, 20000 do
  local inner = before
  before = coroutine.wrap(function()
    local guard <close> = setmetatable({}, {__close = function() if inner then pcall(inner) end end})
    coroutine.yield()
    error("end")
  end)
  before()
end
pcall(before)
