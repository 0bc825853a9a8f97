-- attack: float keys whose low bits the hash ignores
-- without care: every store walks one chain
-- expect: stopped|error|harmless
local t = {}
for i = 1, 200000 do t[1 + i * 2.0 ^ -50] = i end
