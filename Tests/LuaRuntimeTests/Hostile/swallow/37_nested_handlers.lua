-- attack: xpcall inside the handler of xpcall, a hundred deep
-- without care: every level has its own turn after the stop
-- expect: stopped
local function level(n)
  return xpcall(function() while true do end end, function()
    if n > 0 then level(n - 1) end
    for _ = 1, 1e6 do end
  end)
end
while true do level(100) end
