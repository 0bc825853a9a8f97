-- attack: doubles a string until nothing is left
-- without care: the machine's memory
-- expect: stopped|error
local s = "x"
while true do s = s .. s end
