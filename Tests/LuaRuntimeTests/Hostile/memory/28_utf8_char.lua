-- attack: utf8.char and string.char of hundreds of thousands of arguments, kept
-- without care: the machine's memory
-- expect: stopped|error
local codes = {}
for i = 1, 200000 do codes[i] = 0x10FFFF end
local kept = {}
while true do kept[#kept + 1] = utf8.char(table.unpack(codes)) .. #kept end
