-- level: strategy
-- attack: values with __tostring that never ends, given to log, print and notify
-- without care: the host formats them with script code
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local trap = setmetatable({}, {__tostring = function() while true do pcall(function() while true do end end) end end})
function S:should_long()
  log.info(trap)
  print(trap)
  notify(trap)
  return false
end
return S
