-- attack: callbacks of gsub in callbacks of gsub
-- without care: C recursion; stock Lua stops it at 200 levels
-- expect: stopped|error|harmless
local function deep(c) return (c:gsub(".", deep)) end
while true do pcall(deep, "x") end
