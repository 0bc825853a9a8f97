-- attack: a weak-keyed table whose values are its own next keys, in the order that hurts
-- without care: the collector goes over the table once for each key
-- expect: error
local t = setmetatable({}, {__mode = "k"})
local first = {}
local key = first
for _ = 1, 60000 do
  local nextkey = {}
  t[key] = nextkey
  key = nextkey
end
for _ = 1, 40 do collectgarbage() end
print(first ~= nil)
