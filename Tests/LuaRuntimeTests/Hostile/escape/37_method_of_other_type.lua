-- attack: methods of strings and files on other values
-- without care: C functions that trust their first argument
-- expect: error|harmless
for _, f in pairs(string) do
  for _, value in ipairs {0, true, {}, print, -1, 0 / 0} do
    pcall(f, value, value, value)
    pcall(f, "x", value, value)
    pcall(f, "x", "x", value, value)
  end
end
for _, f in pairs(table) do
  for _, value in ipairs {0, "x", true, {}, print, math.mininteger, 0 / 0} do
    pcall(f, value, value, value)
    pcall(f, {}, value, value)
    pcall(f, {}, value, 2, value)
  end
end
for _, f in pairs(coroutine) do
  for _, value in ipairs {0, "x", {}, print, coroutine.running()} do pcall(f, value, value) end
end
