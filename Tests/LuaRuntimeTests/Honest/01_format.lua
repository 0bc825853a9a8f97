-- string.format: flags, widths, precisions, all conversions, quoting
local values = {0, 1, -1, 42, 255, -255, 65536, math.maxinteger, math.mininteger}
for _, v in ipairs(values) do
  print(string.format("%d|%5d|%-8d|%08d|%+d|% d|%x|%X|%#x|%o|%#o|%i|%.3d", v, v, v, v, v, v, v, v, v, v, v, v, v))
end
for _, v in ipairs {0.0, -0.0, 1.5, -2.25, 3.14159265358979, 1e15, 1e16, 1e100, 5e-324, 1 / 3, 1 / 0, -1 / 0, 2 ^ 53} do
  print(string.format("%f|%.2f|%10.3f|%-12.1f|%+.4f|%e|%.3E|%g|%.10g|%G|%a|%s", v, v, v, v, v, v, v, v, v, v, v, v))
end
print(string.format("%s %s %s %s", nil, true, 12, "text"), string.format("%%"), string.format("%c%c%c", 76, 117, 97))
print(string.format("[%10s][%-10s][%.3s][%5.1s]", "abc", "abc", "abcdef", "xyz"))
print(string.format("%q", 'a "quoted"\n line\0 with\r\1\0012 bytes\\ and é'))
print(string.format("%q %q %q %q", 1, 1.5, math.mininteger, 1 / 0), string.format("%q", 0.1))
print(string.format("%5s|%5d|%-5s|", true, 3, nil))
print(string.format("%.20s", ("x"):rep(100)), string.format("%s", ("y"):rep(150)))
print(#string.format("%99.99f", 1e308), string.format("%.0f", 0.5), string.format("%.0f", 1.5))
print(pcall(string.format, "%d", 1.5), pcall(string.format, "%d", "x"), pcall(string.format, "%y", 1))
print(pcall(string.format, "%d"), pcall(string.format, "%", 1), pcall(string.format, "%123d", 1))
print(string.format("%d", "10"), string.format("%d", 3.0), string.format("%x", "0x10"), string.format("%s", 1e15))
