-- attack: lets a coroutine take the stop and goes on
-- without care: coroutine.resume answers false and the main chunk lives
-- expect: stopped
local co = coroutine.create(function() while true do end end)
coroutine.resume(co)
print("DEFEATED swallow: resume kept the stop, the script goes on")
