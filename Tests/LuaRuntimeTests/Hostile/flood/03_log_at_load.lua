-- attack: print while the file is loaded
-- without care: the limits of callbacks do not hold at load
-- expect: stopped|error|harmless
local text = ("x"):rep(100000)
for _ = 1, 1000000 do print(text) end
