-- attack: the same through io.lines, io.popen and io.tmpfile
-- without care: every file and every command
-- expect: error
for line in io.lines("/etc/hostname") do print("DEFEATED escape: " .. #line) end
