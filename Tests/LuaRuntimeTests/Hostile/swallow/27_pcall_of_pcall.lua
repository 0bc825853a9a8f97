-- attack: pcall of pcall of pcall, as a tail call, so the depth is found by error only
-- without care: a chain of catchers under each other
-- expect: stopped
local function again() return pcall(again) end
while true do again() end
