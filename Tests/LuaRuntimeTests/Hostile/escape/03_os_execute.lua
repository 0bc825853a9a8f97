-- attack: runs a command
-- without care: a shell
-- expect: error
print("DEFEATED escape: " .. tostring(os.execute("exit 0")))
