-- attack: switches the collector off and makes garbage
-- without care: garbage counts like everything else
-- expect: stopped|error
collectgarbage("stop")
while true do local _ = {("x"):rep(1000)} end
