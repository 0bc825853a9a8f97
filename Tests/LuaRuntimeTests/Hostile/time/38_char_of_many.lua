-- attack: string.char and math.max with hundreds of thousands of arguments
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local t = {}
for i = 1, 400000 do t[i] = 65 end
while true do
  pcall(function() return string.char(table.unpack(t)), math.max(table.unpack(t)), #table.pack(table.unpack(t)) end)
end
