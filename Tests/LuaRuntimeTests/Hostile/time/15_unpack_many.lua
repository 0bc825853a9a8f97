-- attack: table.unpack of nearly a million nils, again and again
-- without care: ten milliseconds an instruction
-- expect: stopped|error
local none = {}
while true do pcall(table.unpack, none, 1, 990000) end
