-- attack: utf8.codes over broken text, continued after its end
-- without care: this build skips continuation bytes without a check
-- expect: error|harmless
for _, text in ipairs {"\xff", "\x80\x80", "a\xbf", "\xf4\x90\x80\x80", "\xed\xa0\x80", ("\x80"):rep(100000)} do
  print(pcall(function() for p, c in utf8.codes(text) do print(p, c) end end))
  print(pcall(function() for p, c in utf8.codes(text, true) do print(p, c) end end))
  print(pcall(utf8.len, text), pcall(utf8.codepoint, text, 1, -1))
end
local step, state = utf8.codes("abc")
print(pcall(step, state, 1000000), pcall(step, state, -5), pcall(step, "", math.maxinteger), pcall(step, state, math.mininteger))
