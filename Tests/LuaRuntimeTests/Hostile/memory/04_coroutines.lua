-- attack: tens of thousands of suspended coroutines
-- without care: a kilobyte each until nothing is left
-- expect: stopped|error
local kept = {}
while true do
  local co = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(co)
  kept[#kept + 1] = co
end
