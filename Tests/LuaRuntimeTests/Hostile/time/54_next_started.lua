-- attack: asks next for the first key and for the key after it, in a table of thousands
-- without care: an ordered next looks at every key each time
-- expect: stopped|error
local t = {}
for i = 1, 12000 do t["key" .. i] = i end
while true do
  local key = next and next(t)
  if key and next(t, key) == nil then break end
end
