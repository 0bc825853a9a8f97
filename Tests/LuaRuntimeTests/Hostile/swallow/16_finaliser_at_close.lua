-- attack: a finaliser left for lua_close
-- without care: the host hangs while it closes the state, after the script has ended
-- expect: error
kept = setmetatable({}, {__gc = function() while true do end end})
