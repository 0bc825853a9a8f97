-- attack: %b() on a row of opening brackets
-- without care: each start scans to the end
-- expect: stopped|error
for word in ("("):rep(1000000):gmatch("%b()") do print(word) end
