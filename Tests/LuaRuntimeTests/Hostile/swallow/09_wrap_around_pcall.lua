-- attack: pcall itself as the body of a coroutine
-- without care: the error is caught by C code inside the coroutine
-- expect: stopped
while true do
  coroutine.wrap(pcall)(function() while true do end end)
end
