-- attack: a finaliser that never ends
-- without care: finalisers run with hooks off
-- expect: error
setmetatable({}, {__gc = function() while true do end end})
for i = 1, 1e7 do local garbage = {i} end
