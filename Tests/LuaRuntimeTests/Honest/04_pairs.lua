-- pairs while values are assigned and cleared, ipairs with holes and metamethods
local t = {} for i = 1, 100 do t[i] = i end for i = 1, 50 do t["k" .. i] = i end
local count, sum = 0, 0
for k, v in pairs(t) do count = count + 1 sum = sum + v t[k] = v + 1 end
print(count, sum)
for k in pairs(t) do t[k] = nil end
print(next(t), #t)
local list = {1, 2, nil, 4}
local seen = {}
for i, v in ipairs(list) do seen[#seen + 1] = i .. "=" .. v end
print(table.concat(seen, " "))
local keys = {} for k in pairs({x = 1, [1] = 2, [2.5] = 3, [true] = 4, [-1] = 5}) do keys[#keys + 1] = tostring(k) end
table.sort(keys) print(table.concat(keys, " "))
local proxy = setmetatable({}, {__index = function(_, i) if i <= 3 then return i * 10 end end})
for i, v in ipairs(proxy) do print(i, v) end
local custom = setmetatable({}, {__pairs = function(self)
  local n = 0
  return function() n = n + 1 if n <= 2 then return n, n * n end end, self, nil
end})
for k, v in pairs(custom) do print(k, v) end
local order = {} for i, v in pairs({"a", "b", "c"}) do order[#order + 1] = i .. v end print(table.concat(order, ","))
local removed = {10, 20, 30, 40}
for i = #removed, 1, -1 do if removed[i] % 20 == 0 then table.remove(removed, i) end end
print(table.concat(removed, ","))
print((pcall(pairs)), (pcall(ipairs)), (pcall(ipairs, nil)))
local found = 0 for _ in pairs({a = nil, b = false}) do found = found + 1 end print(found)
