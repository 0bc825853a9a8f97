-- attack: a callback of gsub that never ends, under pcall
-- without care: caught for ever
-- expect: stopped
while true do
  pcall(string.gsub, "abc", ".", function() while true do end end)
end
