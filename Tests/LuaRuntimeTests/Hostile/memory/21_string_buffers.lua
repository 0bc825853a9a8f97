-- attack: concatenates in coroutines that each hold their own buffer
-- without care: every one is left behind with its memory
-- expect: stopped|error
local kept = {}
for i = 1, 1e6 do
  local co = coroutine.wrap(function()
    local s = ("x"):rep(100000) .. i
    coroutine.yield(s)
    return s
  end)
  co()
  kept[i] = co
end
