-- utf8.char, charpattern, codes, len, codepoint, offset, escapes
print(utf8.char(72, 233, 8364, 128512), utf8.char(), utf8.len("héllo €"), utf8.len("\xff"), utf8.len("abc", 2),
  utf8.len("abc", 4), utf8.len(""))
for position, code in utf8.codes("aé€😀") do print(position, code) end
print(utf8.codepoint("aé€", 1, -1), utf8.offset("aé€b", 3), utf8.offset("aé€b", -1), utf8.offset("aé€b", 5),
  utf8.offset("abc", 10), utf8.offset("é", 0, 2))
for c in ("aé€"):gmatch(utf8.charpattern) do print(c, #c) end
print("\u{48}\u{20AC}", "\x41\65\z
       B", #"\u{7FFFFFFF}", utf8.len("\u{D800}", 1, -1, true), utf8.len("\u{D800}"), pcall(utf8.codepoint, "\xff"))
print(pcall(utf8.char, -1), pcall(utf8.len, "abc", 10), pcall(utf8.offset, "é", 1, 2), pcall(utf8.codes),
  utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")
print(("äÖ"):upper(), ("ABC"):lower(), ("abc"):reverse(), ("é"):byte(1, -1), ("abc"):len(), ("x"):rep(0), ("x"):rep(-1))
