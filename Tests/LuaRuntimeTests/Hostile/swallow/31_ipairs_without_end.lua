-- attack: ipairs over a table that has every index, under pcall
-- without care: caught for ever
-- expect: stopped
local endless = setmetatable({}, {__index = function(_, i) return i end})
while true do
  pcall(function() for _ in ipairs(endless) do end end)
end
