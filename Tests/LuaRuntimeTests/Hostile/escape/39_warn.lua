-- attack: the warning system of the interpreter
-- without care: text on the host's standard error, past every limit
-- expect: error
warn("@on")
for _ = 1, 100000 do warn(("x"):rep(10000)) end
print("DEFEATED escape: warnings reach the terminal")
