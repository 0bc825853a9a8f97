-- closures, upvalues in loops, varargs, goto, nested functions, recursion, multiple assignment
local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end print(fs[1](), fs[1](), fs[2](), fs[3]())
local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end
local inc, get = counter()
inc()
inc()
print(get())
local function va(...) local a, b = ... return select("#", ...), a, b, {...}, (...) end
local n, a, b, t, first = va(1, nil, 3)
print(n, a, b, t[3], first)
local x, y, z = 1, 2 print(x, y, z) x, y = y, x print(x, y)
for i = 1, 3 do
  for j = 1, 3 do if j == 2 then goto continue end io_out = (io_out or "") .. i .. j .. " " ::continue:: end
end
print(io_out)
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end print(fib(20))
local function tail(n) if n == 0 then return "end" end return tail(n - 1) end print(tail(100000))
do local x = 10 do local x = 20 print(x) end print(x) end print(x)
local i = 1
repeat local done = i >= 3 i = i + 1 until done
print(i)
while true do i = i - 1 if i < 0 then break end end
print(i)
local s = 0
for _, v in ipairs({1, 2, 3}) do s = s + v end
print(s, type(print), type(nil), type({}), type("x"), type(2), type(true))
print((function(...) return select("#", ...) end)(nil, nil), (function() end)() == nil,
  #{(function() return 1, 2, 3 end)()}, #{(function() return 1, 2, 3 end)(), 10})
local K <const> = 42 print(K) local c <close> = nil print(c)
local memo = setmetatable({}, {__index = function(self, k)
  local v = k <= 1 and k or self[k - 1] + self[k - 2]
  self[k] = v
  return v
end})
print(memo[50])
print(not not nil, nil and 1, false or "default", nil == false, 1 and 2, "a" or error("not reached"))
local big = {} for i = 1, 1000 do big[#big + 1] = i end print(#big, big[#big], select("#", table.unpack(big, 1, 200)))
