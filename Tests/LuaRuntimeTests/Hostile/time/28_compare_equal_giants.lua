-- attack: compares strings of megabytes that are equal but not the same
-- without care: memcmp of megabytes is one instruction
-- expect: stopped|error
local part = ("x"):rep(7000000)
local a, b = part .. "1", part .. "1"
local count = 0
while true do
  if a == b and a == b and a == b and a == b and a == b and a == b and a == b and a == b then count = count + 1 end
end
