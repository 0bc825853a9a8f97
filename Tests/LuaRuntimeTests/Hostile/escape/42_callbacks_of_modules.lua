-- attack: values with metamethods given to functions of the host's modules, to get at their environment
-- without care: a metamethod runs with the module's tables in its hands
-- expect: error|harmless
local ta = require "ta"
local seen = {}
local spy = setmetatable({}, {
  __index = function(self, key) seen[#seen + 1] = key return self end,
  __eq = function() return true end, __lt = function() return true end, __le = function() return true end,
  __len = function() return 3 end, __call = function(self, ...) seen[#seen + 1] = {...} return self end,
  __add = function(a, b) return a end, __mul = function(a, b) return a end, __unm = function(a) return a end,
})
for _, f in pairs(ta) do
  if type(f) == "function" then pcall(f, spy, spy, spy) pcall(f, spy) end
end
for _, list in ipairs(seen) do
  if type(list) == "table" then
    for _, value in pairs(list) do
      if type(value) == "table" and rawequal(value, _G) then print("DEFEATED escape: globals of the host") end
    end
  end
end
