-- level: strategy
-- attack: a declaration whose fields are made by a metamethod that never ends
-- without care: the host reads the declaration outside a budget
-- expect: stopped|error
local S = Strategy(setmetatable({}, {__index = function(_, key)
  if key == "name" then while true do pcall(function() while true do end end) end end
end}))
return S
