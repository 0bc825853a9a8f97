-- attack: calls with nearly a million arguments, in a recursion
-- without care: stock Lua answers "stack overflow"
-- expect: stopped|error|harmless
local function deep(...) return select("#", deep(0, ...)) end
while true do pcall(deep, table.unpack({}, 1, 240)) end
