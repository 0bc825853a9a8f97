-- attack: bounds whose difference does not fit an integer, given to everything that charges by a range
-- without care: a negative charge fills the budget up again
-- expect: stopped
local odd = {math.mininteger, math.mininteger + 1, math.mininteger + 5, -1, 0, 1, 4096, 65536, math.maxinteger - 1,
  math.maxinteger}
local t, s = {1, 2, 3}, "abc"
while true do
  for _, from in ipairs(odd) do
    for _, to in ipairs(odd) do
      pcall(utf8.codepoint, s, from, to)
      pcall(utf8.len, s, from, to)
      pcall(utf8.offset, s, from, to)
      pcall(string.byte, s, from, to)
      pcall(string.sub, s, from, to)
      pcall(table.unpack, t, from, to)
      pcall(table.concat, t, "", from, to)
      pcall(table.move, t, from, to, 1)
      pcall(table.move, t, 1, 2, from)
      pcall(table.insert, t, from, to)
      pcall(table.remove, t, from)
      pcall(string.rep, s, from, s)
      pcall(string.find, s, "b", from)
      pcall(string.gmatch, s, "b", from)
      pcall(string.gsub, s, "b", "c", to)
      pcall(select, from, 1, 2)
      pcall(math.random, from, to)
    end
  end
end
