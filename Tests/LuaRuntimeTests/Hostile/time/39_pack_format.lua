-- attack: string.pack and packsize with a format of ten megabytes
-- without care: the format is read each time without a hook
-- expect: stopped|error
local format = (" "):rep(10000000)
while true do
  pcall(string.pack, format)
  pcall(string.packsize, format)
  pcall(string.unpack, format, "")
end
