-- attack: changes the bytes of a dumped function and loads them
-- without care: bytecode is not verified: reads and writes of the host's memory
-- expect: error
local code = string.dump(function(a, b) local c = a .. b return c, a, b end)
local broken = code:gsub("[\x80-\x84]", "\x7f")
for i = 40, #broken - 1 do
  pcall(load(broken:sub(1, i) .. "\xff\xff" .. broken:sub(i + 3), "x", "b") or print, 1, 2)
end
print("DEFEATED escape: bytecode accepted")
