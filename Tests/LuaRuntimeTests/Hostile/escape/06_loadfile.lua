-- attack: loads a file of the machine as a chunk, whose message shows its first words
-- without care: text of any file leaks through error messages
-- expect: error|harmless
local _, message = loadfile("/etc/passwd")
if message and message:find("near") then print("DEFEATED leak: " .. #message) end
