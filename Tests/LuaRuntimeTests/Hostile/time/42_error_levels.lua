-- attack: error with a level far down a deep stack, again and again
-- without care: finding the level walks the whole stack
-- expect: stopped|error
local function deep(n)
  if n > 0 then return 1 + deep(n - 1) end
  while true do pcall(error, "x", 150000) end
end
deep(150000)
