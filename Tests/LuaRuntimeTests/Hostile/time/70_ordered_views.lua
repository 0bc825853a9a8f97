-- attack: deep and wide tables handed to the host in a loop
-- without care: the host copies them all, every time
-- expect: stopped|error|harmless
local t = {}
for i = 1, 3000 do t["key number " .. i .. ("x"):rep(40)] = {i, {i}} end
local give = host or function() error("no host here: " .. #t) end
while true do give(t, t, t) end
