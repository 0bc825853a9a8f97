-- error, assert, pcall, xpcall with strings, tables, levels, rethrow
print(pcall(error, "plain"), pcall(error, "level 0", 0), pcall(error), pcall(error, nil), pcall(error, 42))
local ok, e = pcall(error, {code = 404, text = "missing"}) print(ok, e.code, e.text)
print(pcall(function() local ok, e = pcall(error, "first", 0) error("again: " .. e, 0) end))
print(select("#", pcall(function() return 1, nil, 3 end)), pcall(function() return 1, nil, 3 end))
print(xpcall(function() error("x", 0) end, function(m) return "handled " .. m end),
  xpcall(function(...) return ... end, print, 1, 2))
print(xpcall(error, function(m) return type(m) end), xpcall(error, function(m) return m.n end, {n = 5}))
print(pcall(assert, false), pcall(assert, nil, "message"), pcall(assert, 1, 2),
  type(select(2, pcall(assert, false, {1}))))
print(select(2, pcall(function() local t = nil; return t.x end)):match("attempt.*"))
print(select(2, pcall(function() local t = {} ; return t.x.y end)):match("attempt.*"))
print(select(2, pcall(function() return 1 + {} end)):match("attempt.*"),
  select(2, pcall(function() return "a" + 1 end)):match("attempt.*"))
print(select(2, pcall(function() return {} .. "x" end)):match("attempt.*"),
  select(2, pcall(function() return #5 end)):match("attempt.*"))
print(select(2, pcall(function() return 1 < "2" end)):match("attempt.*"),
  select(2, pcall(function() return {} < {} end)):match("attempt.*"))
print(select(2, pcall(function() undefinedFunction() end)):match("attempt.*"),
  select(2, pcall(function() local s = "x" s:nothing() end)):match("attempt.*"))
print(select(2, pcall(function() return 1 // 0 end)):match("attempt.*"),
  select(2, pcall(function() return 1 % 0 end)):match("attempt.*"), pcall(function() return 1.0 // 0 end))
print(select(2, pcall(function() return 2 ^ 53 | 0.5 end)):match("number.*"),
  select(2, pcall(function() for i = 1, 10, 0 do end end)):match("'for'.*"))
local object = setmetatable({}, {__tostring = function() return "object!" end})
local _, caught = pcall(error, object)
print(caught == object, tostring(caught))
print(pcall(pcall), pcall(pcall, error, "e"), pcall(xpcall), pcall(select, 0), pcall(setmetatable, 1, {}),
  pcall(tonumber, "1", 99))
local function thrower(level) error("at level", level) end
print((select(2, pcall(thrower, 1))):match(":(%d+): at level") ~= nil, (select(2, pcall(thrower, 0))))
local log = {}
local function cleanup(f) local ok, e = pcall(f) log[#log + 1] = tostring(ok) if not ok then error(e, 0) end end
print(pcall(cleanup, function() error("deep", 0) end), log[1])
