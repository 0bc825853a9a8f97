-- repeat: the same text in every run
-- attack: a comparator that makes quicksort degenerate, so that it asks the clock for its pivots
-- without care: the comparisons, and the order of equal elements, follow the clock
-- expect: stopped|error|harmless
local count, solid, gas, candidate, comparisons = 3000, 0, 1e9, 0, 0
local value, list = {}, {}
for i = 1, count do value[i], list[i] = gas, i end
pcall(table.sort, list, function(a, b)
  comparisons = comparisons + 1
  if value[a] == gas and value[b] == gas then
    solid = solid + 1
    if a == candidate then value[a] = solid else value[b] = solid end
  end
  if value[a] == gas then candidate = a elseif value[b] == gas then candidate = b end
  return value[a] < value[b]
end)
print(comparisons, solid)
