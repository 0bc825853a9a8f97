-- attack: utf8.codepoint and string.byte of whole ranges, hundreds of thousands of results each
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local s = ("a"):rep(900000)
while true do
  pcall(utf8.codepoint, s, 1, 900000)
  pcall(string.byte, s, 1, 900000)
end
