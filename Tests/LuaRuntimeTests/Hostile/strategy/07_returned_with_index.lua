-- level: strategy
-- attack: returns a table of its own with __index, not made by Strategy
-- without care: the host runs it while it reads the name
-- expect: stopped|error|refused
return setmetatable({}, {
  __index = function() while true do pcall(function() while true do end end) end end,
  __pairs = function() while true do end end,
  __tostring = function() while true do end end,
})
