-- attack: dumps a function to read its constants and debug lines
-- without care: bytes to be changed and loaded again
-- expect: error|harmless
local ok, bytes = pcall(string.dump, function() return "secret" end)
if ok and bytes:sub(1, 4) == "\27Lua" then print("DEFEATED escape: bytecode of a function") end
