-- attack: plain find of a long needle that nearly fits everywhere
-- without care: quadratic time in memchr and memcmp
-- expect: stopped|error
local s = ("a"):rep(2000000)
print(s:find(("a"):rep(1000000) .. "b", 1, true))
