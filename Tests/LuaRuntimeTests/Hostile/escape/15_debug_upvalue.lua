-- attack: changes the upvalues of functions of the host
-- without care: the host's own closures obey the script
-- expect: error
local t = setmetatable({}, {__index = function() return 1 end})
debug.setmetatable(nil, {__index = t})
local nothing
if nothing.anything == 1 then print("DEFEATED poison: nil has fields") end
