-- attack: recursion to the limit, caught, again
-- without care: twenty milliseconds and twenty megabytes a turn, for ever
-- expect: stopped|error
local function deep(n) return 1 + deep(n + 1) end
while true do pcall(deep, 1) end
