-- attack: asks again and again for what the caps refuse, and catches it
-- without care: each refusal collects the whole heap first
-- expect: stopped|error
local kept = {}
for i = 1, 20000 do kept[i] = {i} end
while true do
  pcall(string.rep, "x", 1 << 40)
  pcall(table.concat, kept, "x")
  pcall(table.unpack, kept)
  pcall(function() local s = ("x"):rep(200000) return s .. s end)
end
