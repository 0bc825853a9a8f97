-- attack: an iterator of gmatch that failed once is used on
-- without care: its state is left in the middle; see faults/03 for what it does to this build
-- expect: stopped|error|harmless
local step = ("a"):rep(300000):gmatch(("(.-)"):rep(20) .. "b")
while true do pcall(step) end
