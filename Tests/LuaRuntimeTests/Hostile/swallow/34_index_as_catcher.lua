-- attack: pcall as a metamethod
-- without care: the catcher is not called by name anywhere
-- expect: stopped
local spin = setmetatable({}, {__call = function() while true do end end})
local t = setmetatable({}, {__index = pcall, __add = pcall, __unm = pcall})
while true do
  local f = function() while true do end end
  pcall(function() return t[f] end)
  pcall(spin)
end
