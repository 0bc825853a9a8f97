-- attack: a message handler of xpcall that never ends
-- without care: the handler runs inside the hook, where no hook is called
-- expect: stopped
xpcall(function() while true do end end, function() while true do end end)
