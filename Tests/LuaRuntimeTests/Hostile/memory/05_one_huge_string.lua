-- attack: a string of 512 MiB in one call
-- without care: half a gigabyte in one block
-- expect: stopped|error
local s = ("x"):rep(1 << 29)
print(#s)
