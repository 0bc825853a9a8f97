-- attack: __tostring that asks tostring, __name of megabytes
-- without care: C recursion; stock Lua stops it at 200 levels
-- expect: stopped|error|harmless
local t = setmetatable({}, {__tostring = function(self) return tostring(self) end})
while true do
  pcall(tostring, t)
  pcall(tostring, setmetatable({}, {__name = ("n"):rep(1000000)}))
end
