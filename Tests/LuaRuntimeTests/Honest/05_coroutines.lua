-- coroutines as generators, their states, errors and values passed in and out
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end
for i, square in range(5) do print(i, square) end
local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c = coroutine.yield(a + b)
  print("got", c)
  local d, e = coroutine.yield(c * 2)
  print("got", d, e)
  return "done", d + e
end)
print(coroutine.status(co), coroutine.resume(co, 1, 2))
print(coroutine.resume(co, 10))
print(coroutine.resume(co, 3, 4))
print(coroutine.status(co), coroutine.resume(co))
print(coroutine.resume(coroutine.create(function() error("oops", 0) end)))
print(select(2, coroutine.resume(coroutine.create(function() error({code = 7}) end))).code)
print(coroutine.isyieldable(), coroutine.wrap(function() return coroutine.isyieldable() end)())
print(select(2, coroutine.running()), type(coroutine.running()))
print(pcall(coroutine.wrap(function() error("in wrap", 0) end)))
local producer = coroutine.wrap(function() for _, w in ipairs {"x", "y"} do coroutine.yield(w) end return nil end)
print(producer(), producer(), producer(), pcall(producer))
print(coroutine.resume(coroutine.create(function()
  return pcall(function() coroutine.yield("inside pcall") error("after", 0) end)
end)))
local inside = coroutine.create(function()
  local ok, e = pcall(function() local v = coroutine.yield(1) error("v" .. v, 0) end)
  coroutine.yield(ok, e)
  return "end"
end)
print(coroutine.resume(inside))
print(coroutine.resume(inside, 5))
print(coroutine.resume(inside))
print(coroutine.resume(inside))
local function tree(t) if t then tree(t.left) coroutine.yield(t.value) tree(t.right) end end
local out = {}
for v in coroutine.wrap(function() tree {value = 2, left = {value = 1}, right = {value = 3}} end) do
  out[#out + 1] = v
end
print(table.concat(out, " "))
print(pcall(coroutine.create, 1), pcall(coroutine.resume, 1), coroutine.status(coroutine.create(print)))
local outer = coroutine.wrap(function()
  local inner = coroutine.wrap(function() coroutine.yield("inner") end)
  coroutine.yield(inner())
  coroutine.yield("outer")
end)
print(outer(), outer())
