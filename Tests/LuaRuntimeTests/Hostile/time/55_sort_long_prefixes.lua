-- attack: sorts strings that differ at their end only
-- without care: every comparison reads both
-- expect: stopped|error
local t, part = {}, ("x"):rep(900)
for i = 1, 20000 do t[i] = part .. (i * 7919) % 20011 end
while true do
  table.sort(t)
  for i = 1, #t // 2 do t[i], t[#t + 1 - i] = t[#t + 1 - i], t[i] end
end
