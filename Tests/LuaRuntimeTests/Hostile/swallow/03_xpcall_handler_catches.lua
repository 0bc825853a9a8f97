-- attack: a message handler that catches every later stop
-- without care: the handler goes on with hooks off
-- expect: stopped
xpcall(function() error("now") end, function()
  while true do pcall(function() while true do end end) end
end)
