-- attack: table.concat of one megabyte, a thousand times
-- without care: a gigabyte in one call
-- expect: stopped|error
local t, s = {}, ("x"):rep(1000000)
for i = 1, 1000 do t[i] = s end
print(#table.concat(t))
