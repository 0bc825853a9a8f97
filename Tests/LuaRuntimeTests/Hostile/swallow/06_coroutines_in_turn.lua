-- attack: a fresh coroutine for every stop
-- without care: each resume swallows one stop
-- expect: stopped
while true do
  coroutine.resume(coroutine.create(function() while true do end end))
end
