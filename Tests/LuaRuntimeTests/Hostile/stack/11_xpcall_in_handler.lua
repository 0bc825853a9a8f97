-- attack: errors inside the handler of the error of the handler
-- without care: C recursion; stock Lua answers an error of the error handling
-- expect: stopped|error|harmless
local function handler(e) return xpcall(error, handler, e) end
while true do xpcall(error, handler, "x") end
