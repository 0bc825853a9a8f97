-- inheritance, operators, comparisons, calls, length, default values, read-only proxies
local Point = {} Point.__index = Point
Point.__add = function(a, b) return Point.new(a.x + b.x, a.y + b.y) end
Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Point.__lt = function(a, b) return a.x < b.x end
Point.__le = function(a, b) return a.x <= b.x end
Point.__unm = function(a) return Point.new(-a.x, -a.y) end
Point.__tostring = function(a) return "(" .. a.x .. ", " .. a.y .. ")" end
Point.__len = function() return 2 end
Point.__call = function(self, k) return self.x * k end
Point.__mul = function(a, b)
  if type(a) == "number" then return Point.new(a * b.x, a * b.y) end
  return Point.new(a.x * b, a.y * b)
end
function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
local p, q = Point.new(1, 2), Point.new(3, 4)
print(tostring(p + q), p == Point.new(1, 2), p ~= q, p < q, p <= q, p > q, tostring(-p), #p, p(10), tostring(2 * p),
  tostring(p * 3))
local Animal = {}
Animal.__index = Animal
function Animal.new(n) return setmetatable({name = n}, Animal) end
function Animal:speak() return self.name .. " makes a sound" end
local Dog = setmetatable({}, {__index = Animal})
Dog.__index = Dog
function Dog.new(n) local d = Animal.new(n) return setmetatable(d, Dog) end
function Dog:speak() return Animal.speak(self) .. ": woof" end
print(Dog.new("Rex"):speak(), Animal.new("Cat"):speak(), getmetatable(Dog.new("x")) == Dog)
local defaults = setmetatable({}, {__index = function(t, k) local v = #k * 2 rawset(t, k, v) return v end})
print(defaults.abc, rawget(defaults, "abc"), rawget(defaults, "zz"))
local log = {}
local proxy = setmetatable({}, {__index = {a = 1},
  __newindex = function(_, k, v) log[#log + 1] = k .. "=" .. tostring(v) end})
proxy.b = 2
proxy.c = nil
print(proxy.a, proxy.b, table.concat(log, " "))
print(getmetatable(setmetatable({}, {__metatable = "locked"})),
  pcall(setmetatable, setmetatable({}, {__metatable = 1}), {}))
local ops = setmetatable({}, {__sub = function() return "sub" end, __div = function() return "div" end,
  __mod = function() return "mod" end, __pow = function() return "pow" end, __idiv = function() return "idiv" end,
  __band = function() return "band" end, __bor = function() return "bor" end, __bxor = function() return "bxor" end,
  __shl = function() return "shl" end, __shr = function() return "shr" end, __bnot = function() return "bnot" end})
print(ops - 1, ops / 1, ops % 1, ops ^ 1, ops // 1, ops & 1, ops | 1, ops ~ 1, ops << 1, ops >> 1, ~ops, 1 - ops)
local chain = setmetatable({}, {__index = setmetatable({}, {__index = setmetatable({deep = "found"}, {})})})
print(chain.deep, chain.none)
print(rawequal(p, q), rawlen({1, 2, 3}), tostring(setmetatable({}, {__tostring = function() return "named" end})),
  #setmetatable({}, {__len = function() return 42 end}))
