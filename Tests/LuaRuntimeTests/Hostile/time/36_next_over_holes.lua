-- attack: asks for the first key of a table whose hash part is all holes
-- without care: every call of next scans half a million slots
-- expect: stopped|error
local t = {}
for i = 1, 260000 do t["k" .. i % 200 .. i] = nil; t[i + 0.5] = i end
for k in pairs(t) do t[k] = nil end
while true do for _ in pairs(t) do end end
