-- attack: one lazy repetition over a megabyte
-- without care: quadratic time in one call
-- expect: stopped|error
print(("a"):rep(1000000):find(".-b"))
