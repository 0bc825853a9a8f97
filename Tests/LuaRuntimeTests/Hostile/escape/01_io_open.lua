-- attack: reads a file of the machine
-- without care: every file that the process may read
-- expect: error
local file = io.open("/etc/passwd")
print("DEFEATED escape: " .. file:read("l"))
