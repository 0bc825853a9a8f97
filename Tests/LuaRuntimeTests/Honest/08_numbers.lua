-- integers and floats: division, remainders, overflow, conversion, bits, printing
print(7 // 2, -7 // 2, 7 // -2, 7.0 // 2, 7 % 3, -7 % 3, 7 % -3, -7 % -3, 7.5 % 2, -7.5 % 2, 5 % math.huge,
  -5 % math.huge)
print(1 / 2, 4 / 2, 2 ^ 10, 2 ^ 0.5, 10 // 0.3, 1e308 * 10, -1e308 * 10, 0.1 + 0.2, 100000000000000, 1e14, 1e15, 1e16,
  2 ^ 63)
print(math.maxinteger + 1 == math.mininteger, math.maxinteger * 2, math.mininteger // -1, math.mininteger % -1,
  -math.mininteger)
print(1 == 1.0, math.type(1), math.type(1.0), math.type("1"), 3 | 0, 2.0 | 1, 1 << 63, 1 << 64, -1 >> 1, 5 & 3, 5 ~ 3,
  ~0, 1 << -1)
print("10" + 5, "3" * "4", "0x10" + 0, 10 .. 20, "1e1" * 1, -"2", "7" // 2, " 5 " + 1)
print(tonumber("12"), tonumber("1.5"), tonumber("0x1F"), tonumber("1e3"), tonumber("  7  "), tonumber("7x"),
  tonumber(""), tonumber("z", 36), tonumber("777", 8), tonumber("12", 2), tonumber("1_0"), tonumber(nil == 1),
  tonumber("0x.8p1"), tonumber("inf"), tonumber("nan"))
print(math.floor(2.7), math.floor(-2.7), math.ceil(2.2), math.ceil(-2.2), math.floor(5), math.tointeger(3.0),
  math.tointeger(3.5), math.tointeger("8"), math.abs(-5), math.abs(-5.5), math.max(1, 2.5, -1), math.min(3, 1, 2))
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(5.5, 2), math.modf(3.7), math.modf(-3.7),
  math.modf(5), math.sqrt(16), math.exp(0), math.log(8, 2), math.log(100, 10), math.log(1), math.pi, math.ult(1, -1))
print(string.format("%.14g", 0.1), 1e100, 123456789012345678, 0.1, 1/3, 100.0, -0.0, 1e-5, 123456.789e3, 5e-324,
  3.0 == 3, 0x7fffffffffffffff, 0xffffffffffffffff, 0x1p4)
print(1 < 1.5, 2^53 == 2^53 + 1, math.maxinteger < math.huge, math.maxinteger + 0.0 == 2^63, math.mininteger <= -2^63,
  0/0 ~= 0/0, 1 < 2 == true)
for i = 3, 1, -1 do io_line = (io_line or "") .. i .. " " end
for x = 1, 2, 0.25 do io_line = io_line .. x .. " " end
for i = math.maxinteger - 1, math.maxinteger do io_line = io_line .. i .. " " end
print(io_line)
print(8 // 3 * 3 + 8 % 3, -8 // 3 * 3 + -8 % 3, 2 ^ 3 ^ 2, -2 ^ 2, not nil == true, 1 .. 2 == "12", "a" < "b",
  "Z" < "a", "" < "a", "a" < "aa", 7 // 0.0, -7 // 0.0, 0.0 / 0.0 ~= 0.0 / 0.0)
print(pcall(math.floor, "x"), pcall(math.random, 0, -1), pcall(math.tointeger), pcall(math.max), pcall(math.abs, {}),
  pcall(string.rep, "x", 1.5))
