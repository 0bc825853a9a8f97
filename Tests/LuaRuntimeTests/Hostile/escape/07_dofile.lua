-- attack: runs a file of the machine
-- without care: as escape/06
-- expect: error|harmless
local _, message = pcall(dofile, "/etc/passwd")
if message:find("near") then print("DEFEATED leak: " .. #message) end
