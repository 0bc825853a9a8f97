-- attack: a character set of half a megabyte, matched against each character
-- without care: the set is scanned again for each character
-- expect: stopped|error
local set = "[" .. ("b"):rep(500000) .. "]"
print(("a"):rep(200000):find(set))
