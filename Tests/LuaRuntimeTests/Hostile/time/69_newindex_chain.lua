-- attack: a chain of 1,900 __newindex tables
-- without care: as time/68
-- expect: stopped|error
local t = {}
for _ = 1, 1900 do t = setmetatable({}, {__newindex = t}) end
while true do t.a, t.b, t.c, t.d = nil, nil, nil, nil end
