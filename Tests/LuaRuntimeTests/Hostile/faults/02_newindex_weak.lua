-- attack: a metatable that holds its __newindex table weakly, at a heap filled to the cap
-- without care: the collection forced by the store itself frees the table that is being written to
-- expect: stopped|error
local pinned, n = {}, 0
pcall(function() while true do n = n + 1 pinned[n] = ("x"):rep(20000) .. n end end)
pinned[n] = nil
pinned[n - 1] = nil
if collectgarbage then collectgarbage("stop") end
local kinds = {__mode = "v"}
for round = 1, 300000 do
  local mt = setmetatable({}, kinds)
  mt.__newindex = {}
  local o = setmetatable({}, mt)
  mt = nil
  for i = 1, 9 do o["k" .. i] = i end
end
