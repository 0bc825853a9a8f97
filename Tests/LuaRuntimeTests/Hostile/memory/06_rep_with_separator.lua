-- attack: string.rep with a separator of kilobytes
-- without care: half a gigabyte in one block
-- expect: stopped|error
local s = string.rep("", 1 << 19, ("x"):rep(1024))
print(#s)
