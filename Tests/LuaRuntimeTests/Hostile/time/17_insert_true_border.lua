-- attack: a plain table whose border is beyond 2^62, no metatable
-- without care: the border search doubles its way up, insert then shifts 2^62 elements
-- expect: stopped|error
local t = {}
t[5], t[9] = true, true
for bit = 0, 62 do t[1 << bit] = true end
table.insert(t, 1, "x")
