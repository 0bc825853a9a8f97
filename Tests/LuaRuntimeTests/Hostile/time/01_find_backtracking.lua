-- attack: a pattern that backtracks in a polynomial of the seventh degree
-- without care: one call of string.find for minutes, no hook inside
-- expect: stopped
local s = ("a"):rep(120)
print(s:find(("a-"):rep(7) .. "b"))
