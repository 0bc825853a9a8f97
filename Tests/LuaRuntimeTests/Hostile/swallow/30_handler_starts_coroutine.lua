-- attack: the message handler starts a coroutine that works on
-- without care: the new coroutine has its own hook state and lives on
-- expect: stopped
xpcall(function() while true do end end, function()
  local co = coroutine.wrap(function() while true do pcall(function() while true do end end) end end)
  co()
end)
