-- attack: lets coroutines die of memory, keeps them, and goes on
-- without care: the dead keep what they held
-- expect: stopped|error
local kept = {}
while true do
  local co = coroutine.create(function()
    local held = {}
    while true do held[#held + 1] = {} end
  end)
  coroutine.resume(co)
  kept[#kept + 1] = co
end
