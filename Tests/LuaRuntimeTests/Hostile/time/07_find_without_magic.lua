-- attack: find with a pattern that has no magic character takes the plain path
-- without care: quadratic time without the word plain
-- expect: stopped|error
local s = ("ab"):rep(1000000)
print(s:find(("ab"):rep(500000) .. "c"))
