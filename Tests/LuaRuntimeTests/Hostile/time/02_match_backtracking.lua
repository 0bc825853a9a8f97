-- attack: fifteen lazy repetitions on fifteen characters
-- without care: string.match tries all partitions
-- expect: stopped
for _ = 1, 3 do print((("a"):rep(16)):match(("a-"):rep(16) .. "b")) end
