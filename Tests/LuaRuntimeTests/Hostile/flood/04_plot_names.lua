-- level: strategy
-- attack: a new plot at every call
-- without care: a column for each
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local n, tail = 0, ("x"):rep(500)
function S:should_long()
  for _ = 1, 1000000 do
    n = n + 1
    plot(n .. tail, n)
  end
  return false
end
return S
