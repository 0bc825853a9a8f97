-- repeat: the same text in every run
-- attack: counts allocations until memory runs out, as a measure of what else is in the heap
-- without care: the number differs between runs
-- expect: stopped|error|harmless
local ok, kept = pcall(function()
  local n = 0
  local list = {}
  while n < 200000 do
    n = n + 1
    list = {list, tostring(list)}
  end
  return n
end)
print(ok, kept)
