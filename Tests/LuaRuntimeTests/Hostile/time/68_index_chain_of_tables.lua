-- attack: a chain of 1,900 __index tables, walked by every access
-- without care: microseconds an instruction, counted as one
-- expect: stopped|error
local t = {}
for _ = 1, 1900 do t = setmetatable({}, {__index = t}) end
while true do local _ = t.a, t.b, t.c, t.d, t.e, t.f, t.g, t.h end
