-- level: strategy
-- attack: requires hundreds of thousands of modules that do not exist, and real ones again
-- without care: a cache of failures, a list of names in every message
-- expect: stopped|error|harmless
local n = 0
while true do
  n = n + 1
  pcall(require, ("m"):rep(100000) .. n)
  pcall(require, "ta")
  pcall(require, 5)
  pcall(require, {})
end
