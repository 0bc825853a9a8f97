-- sorting, insert, remove, move, concat, pack, unpack, length
local t = {5, 2, 8, 1, 9, 3, 7}
table.sort(t) print(table.concat(t, " "))
table.sort(t, function(a, b) return a > b end) print(table.concat(t, " "))
local words = {"pear", "apple", "fig", "banana", "Apple", "zoo", "", "éclair"}
table.sort(words) print(table.concat(words, ","))
table.sort(words, function(a, b) return #a < #b or (#a == #b and a < b) end) print(table.concat(words, ","))
local many, seed = {}, 7
for i = 1, 2000 do seed = (seed * 1103515245 + 12345) % 2147483648 many[i] = seed end
table.sort(many)
local ordered = true
for i = 2, #many do ordered = ordered and many[i - 1] <= many[i] end
print(ordered, many[1], many[2000])
local mixed = {3, 1.5, 2, -1, 2 ^ 53, -2.5, 1e10} table.sort(mixed) print(table.concat(mixed, " "))
print(pcall(table.sort, {1, "x", 2}), pcall(table.sort, {{}, {}}))
local l = {} table.insert(l, "a") table.insert(l, 1, "b") table.insert(l, 2, "c") print(table.concat(l, ","), #l)
print(table.remove(l), table.remove(l, 1), table.remove(l), table.remove(l), #l)
print(pcall(table.insert, {1, 2}, 5, "x"), pcall(table.insert, {}, 1, 2, 3), pcall(table.insert, {}))
print(table.concat({1, 2.5, "x"}, "-"), table.concat({}, ","), table.concat({1, 2, 3}, ",", 2, 3),
  table.concat({1, 2}, "", 3))
print(pcall(table.concat, {1, {}, 3}), pcall(table.concat, {1, nil, 3}, ",", 1, 3))
print(table.unpack({1, 2, 3}))
print(table.unpack({1, 2, 3}, 2))
print(table.unpack({1, nil, 3}, 1, 3))
print((table.unpack({}, 1, 2)))
local packed = table.pack(1, nil, 3, nil) print(packed.n, packed[1], packed[2], packed[3], packed[4])
print(table.concat(table.move({1, 2, 3, 4}, 2, 4, 1), ","), table.concat(table.move({1, 2, 3}, 1, 3, 3), ","))
print(table.concat(table.move({1, 2}, 1, 2, 1, {9, 9, 9}), ","), #table.move({}, 1, 0, 1))
print(#{1, 2, nil}, #"abc", select("#"), select("#", nil, nil), select(-1, 1, 2, 3), select(2, "a", "b", "c"))
print(next({}), next({10}), rawlen({1, 2}), rawget({5}, 1), rawequal("a", "a"), rawset({}, "k", 1).k)
