-- attack: a numeric loop of 2^63 steps with float and integer bounds
-- without care: never ends where nobody counts
-- expect: stopped
for i = math.mininteger, math.maxinteger do end
for x = 1, math.huge do end
