-- attack: a generator that catches its own stop and yields
-- without care: the consumer never learns of the stop
-- expect: stopped
local co = coroutine.wrap(function()
  while true do
    pcall(function() while true do end end)
    coroutine.yield(true)
  end
end)
while co() do end
