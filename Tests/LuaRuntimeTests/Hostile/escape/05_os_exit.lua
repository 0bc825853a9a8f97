-- attack: ends the process
-- without care: the daemon is gone
-- expect: error
if os.exit then print("DEFEATED escape: os.exit is there") end
