-- attack: comparators of sort that sort
-- without care: C recursion; stock Lua stops it at 200 levels
-- expect: stopped|error|harmless
local function deep()
  table.sort({3, 2, 1}, deep)
  return true
end
while true do pcall(deep) end
