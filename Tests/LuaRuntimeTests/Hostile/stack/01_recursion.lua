-- attack: recursion without end
-- without care: stock Lua answers "stack overflow" by itself
-- expect: stopped|error
local function deep(n) return 1 + deep(n + 1) end
deep(1)
