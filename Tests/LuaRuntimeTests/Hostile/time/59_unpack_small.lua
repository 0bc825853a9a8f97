-- attack: table.unpack, string.byte and utf8.codepoint with as many results as they may have
-- without care: tens of microseconds an instruction
-- expect: stopped|error
local t, s = {}, ("a"):rep(4000)
for i = 1, 4000 do t[i] = i end
while true do
  local _ = select("#", table.unpack(t)), select("#", s:byte(1, -1)), select("#", utf8.codepoint(s, 1, -1))
  _ = math.max(table.unpack(t)), #string.char(s:byte(1, -1)), #utf8.char(table.unpack(t))
end
