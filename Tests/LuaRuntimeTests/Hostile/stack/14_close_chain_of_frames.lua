-- attack: to-be-closed variables in thousands of frames
-- without care: each close runs after the error
-- expect: stopped|error
local function deep(n)
  local guard <close> = setmetatable({}, {__close = function() for _ = 1, 1000 do end end})
  return n > 0 and (deep(n - 1)) or error("bottom")
end
while true do pcall(deep, 190) end
