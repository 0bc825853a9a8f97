-- attack: the stop arrives in the middle of gsub, whose buffer lies on the stack to be closed, at every stack depth
-- without care: closing it moves the stack while a pointer into it is kept
-- expect: stopped
local text, pattern = ("ab"):rep(20000), "(a)(b)"
local function deep(n)
  if n > 0 then
    local a, b, c = deep(n - 1)
    return a, b, c
  end
  for _ = 1, 100000 do text:gsub(pattern, "%2%1%0") end
end
for depth = 1, 400 do coroutine.wrap(deep)(depth) end
