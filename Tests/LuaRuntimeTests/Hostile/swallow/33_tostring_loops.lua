-- attack: __tostring that never ends, asked by tostring and by print
-- without care: caught for ever
-- expect: stopped
local t = setmetatable({}, {__tostring = function() while true do end end})
while true do
  pcall(tostring, t)
  pcall(print, t)
end
