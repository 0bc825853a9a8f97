-- find, match, gmatch, gsub with classes, sets, captures, anchors, frontiers, balance
local text = "THE (quick) fox jumps 12.5 times over 3 lazy-dogs; key=value, other = 17"
print(text:find("quick"), text:find("(%a+)%s*=%s*(%w+)"), text:find("%d+%.?%d*"), text:find(".", 1, true))
print(text:match("%((%a+)%)"), text:match("^(%u+)"), text:match("(%d+)$"), text:match("()fox()"))
for key, value in text:gmatch("(%w+)%s*=%s*(%w+)") do print(key, value) end
for word in text:gmatch("%a+") do io_words = (io_words or "") .. word .. "|" end
print(io_words)
print(text:gsub("%w+", "<%0>"), text:gsub("%w+", "<%0>", 2))
print(("hello world"):gsub("o", {o = "0"}), ("hello"):gsub("l", function(c) return c:upper() end),
  ("abc"):gsub("", "-"))
print(("abc"):gsub("%w", "%%%0"), ("x = 1"):gsub("(%w) = (%w)", "%2 = %1"), ("aaa"):gsub("a*", "x"),
  ("aaa"):gsub("a-", "x"))
print(("THE (quick) fox"):find("%f[%a]%a+%f[%A]"), ("[[x]]"):match("%b[]"), ("f(a(b)c)d"):match("%b()"))
print(("key  =  v"):match("^(%S+)%s*=%s*(%S+)$"), ("  trim me  "):match("^%s*(.-)%s*$") .. "|")
print(("a,b,,c"):find(",", 1, true), ("a.b"):find(".", 2, true), ("abc"):find("", 10), ("abc"):find("", 4),
  ("abc"):find("b", -1))
print(("x"):rep(3, ","), ("abc"):byte(1, -1), ("%d"):gsub("%%d", "%%"), ("äöü"):len(), ("abc"):sub(-2),
  ("abc"):sub(2, 10))
print(pcall(string.find, "a", "[a"), pcall(string.find, "a", "%"), pcall(string.gsub, "a", "a", "%2"),
  pcall(string.match, "a", "(a"))
print(pcall(string.rep), pcall(string.find, "a", "(()"), pcall(string.gsub, "a", "a", true),
  pcall(string.gsub, "x", "x", "%q"))
print(("aXbXc"):match("(.-)X(.*)"), ("2024-01-02"):match("(%d+)-(%d+)-(%d+)"), ("abcabc"):match("(abc)%1"),
  ("a1b2"):gsub("%d", "", 1))
print(("one;two;;four"):gsub(";;", ";nil;"), ("CamelCaseWord"):gsub("(%u)", " %1"), ("\0a\0"):find("%z"),
  ("a\0b"):match("[%z]"))
for a, b in ("k1=v1&k2=v2"):gmatch("([^&=]+)=([^&=]+)") do print(a, b) end
for position in ("banana"):gmatch("()a") do print(position) end
print(("abc"):gmatch("b", 2)(), ("x^y"):find("^", 1, true), ("a-b"):gsub("%-", "+"), ("[test]"):gsub("[%[%]]", ""))
