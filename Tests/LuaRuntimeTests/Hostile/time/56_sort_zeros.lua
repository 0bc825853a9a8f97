-- attack: sorts strings of zero bytes
-- without care: strcoll is called for each zero byte of each comparison
-- expect: stopped|error
local t, part = {}, ("\0"):rep(60000)
for i = 1, 200 do t[i] = part .. (i * 7919) % 211 end
while true do
  table.sort(t)
  for i = 1, 100 do t[i], t[201 - i] = t[201 - i], t[i] end
end
