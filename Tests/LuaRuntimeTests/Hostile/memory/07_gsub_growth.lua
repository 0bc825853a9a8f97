-- attack: gsub that replaces each character by a megabyte
-- without care: the buffer grows without end
-- expect: stopped|error
print(#(("x"):rep(1000):gsub("x", ("y"):rep(1000000))))
