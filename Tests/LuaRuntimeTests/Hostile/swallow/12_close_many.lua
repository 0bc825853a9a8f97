-- attack: a to-be-closed variable in each frame of a deep recursion, each handler runs until it is stopped
-- without care: every frame gets a deadline's worth of instructions of its own
-- expect: error
local function deep(n)
  local guard <close> = setmetatable({}, {__close = function()
    pcall(function() while true do end end)
    for _ = 1, 200000 do end
  end})
  if n > 0 then deep(n - 1) end
  while true do end
end
deep(150)
