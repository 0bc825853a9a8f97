-- attack: concatenates a number-like object of the host at every stack depth
-- without care: this build goes on with a pointer into the old stack when the handler makes it move
-- expect: error|harmless|stopped
local value = balance or setmetatable({}, {__concat = function() return "x" end})
local function deep(n, f)
  if n > 0 then
    local a, b = deep(n - 1, f)
    return a, b
  end
  return f()
end
for depth = 1, 1500 do
  coroutine.wrap(function()
    pcall(deep, depth, function() return "a" .. "b" .. "c" .. value .. "d" .. "e" .. value .. "f" end)
  end)()
end
