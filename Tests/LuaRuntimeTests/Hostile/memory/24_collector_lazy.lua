-- attack: tells the collector to wait for a thousandfold heap
-- without care: garbage is never collected
-- expect: stopped|error
collectgarbage("setpause", 1000000)
collectgarbage("incremental", 1000, 1, 1)
while true do local _ = {("x"):rep(1000)} end
