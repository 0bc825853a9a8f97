-- attack: a hundred thousand short strings, all different, kept in several tables
-- without care: the table of strings grows outside any table of the script
-- expect: stopped|error|harmless
local shelves = {}
for shelf = 1, 12 do
  local t = {}
  for i = 1, 30000 do t[i] = shelf .. "/" .. i end
  shelves[shelf] = t
end
print(#shelves)
