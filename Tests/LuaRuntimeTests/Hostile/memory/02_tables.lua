-- attack: keeps making tables
-- without care: the machine's memory
-- expect: stopped|error
local kept = {}
while true do kept[#kept + 1] = {} end
