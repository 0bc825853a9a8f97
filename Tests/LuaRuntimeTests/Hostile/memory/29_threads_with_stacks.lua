-- attack: thousands of coroutines, each left with a deep stack
-- without care: a stack of hundreds of kilobytes for each
-- expect: stopped|error
local kept = {}
local function deep(n)
  if n == 0 then coroutine.yield() return 0 end
  return 1 + deep(n - 1)
end
while true do
  local co = coroutine.wrap(deep)
  pcall(co, 2500)
  kept[#kept + 1] = co
end
