-- attack: hands tables with long keys to the host, so that much is allocated between reading and using them
-- without care: the host reads keys that the collector has taken already
-- expect: error|harmless|stopped
local give = host or error
for round = 1, 20 do
  local t = {}
  for i = 1, 60 do
    t[("k"):rep(60) .. i] = {[("inner"):rep(20) .. i] = {[("deeper"):rep(30) .. i] = ("v"):rep(100) .. i}}
  end
  pcall(give, t, t)
end
