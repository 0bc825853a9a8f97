-- attack: the clock, by os.clock and os.time
-- without care: time of the machine, so decisions cannot be run again
-- expect: error
local started = os.clock()
print("DEFEATED leak: clock " .. (os.time() > 0 and started >= 0 and "works" or ""))
