-- attack: coroutines that resume coroutines that resume coroutines
-- without care: C recursion; stock Lua stops it at 200 levels, each with a stack of its own
-- expect: stopped|error|harmless
local function deep() return coroutine.wrap(deep)() end
while true do pcall(deep) end
