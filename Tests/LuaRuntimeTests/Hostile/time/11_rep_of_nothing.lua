-- attack: repeats the empty string 1e18 times
-- without care: the size is nought, so it is allowed, and it is counted down
-- expect: stopped|error|harmless
print(#(""):rep(1000000000000000000))
