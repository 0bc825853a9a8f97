-- attack: the same without a call to collectgarbage: the collector comes by itself
-- without care: an allocation runs for seconds
-- expect: error
local tables, first = {}, {}
for n = 1, 4 do
  local t, key = setmetatable({}, {__mode = "k"}), first
  for _ = 1, 25000 do
    local nextkey = {}
    t[key] = nextkey
    key = nextkey
  end
  tables[n] = t
end
while true do local _ = {{}, {}, {}} end
