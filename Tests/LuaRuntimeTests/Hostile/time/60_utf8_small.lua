-- attack: utf8.len, offset, codes over a quarter of a megabyte; continuation bytes in front of the iterator
-- without care: each call reads it all
-- expect: stopped|error
local s, broken = ("é"):rep(120000), "a" .. ("\x80"):rep(240000)
local step = utf8.codes("a")
while true do
  local _ = utf8.len(s), utf8.offset(s, -1), utf8.offset(s, 100000), utf8.len(broken)
  pcall(step, broken, 1)
end
