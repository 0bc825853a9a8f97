-- attack: raises a new error from the handler of the stop, over and over
-- without care: LUA_ERRERR is caught like any other
-- expect: stopped
local function handler() error("again") end
while true do
  xpcall(function() while true do end end, handler)
end
