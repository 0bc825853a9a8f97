-- attack: a stack overflow while an error about a stack overflow is handled
-- without care: an older fault of this family wrote past the stack
-- expect: stopped|error
local function handler() return 1 + handler() end
local function deep(n) return 1 + deep(n + 1) end
while true do
  xpcall(deep, handler, 1)
  pcall(string.rep, deep)
  xpcall(string.rep, handler, deep)
end
