-- attack: a table that holds the same table sixteen levels deep, twice in each
-- without care: 65,536 copies of one leaf
-- expect: stopped|error|harmless
local t = {("x"):rep(1000)}
for _ = 1, 15 do t = {t, t} end
local give = host or function() error("no host here") end
while true do pcall(give, t) end
