-- level: strategy
-- attack: setmetatable and rawset on the host's objects
-- without care: host tables behave as the script likes
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:init()
  for _, object in ipairs {self.close, self.candles, self.position or self.close, log, param} do
    pcall(setmetatable, object, {__index = function() return "poisoned" end})
    pcall(rawset, object, "info", function() return "poisoned" end)
    pcall(rawset, object, 0, "poisoned")
  end
  if log.info("x") == "poisoned" or self.candles[0] == "poisoned" then print("DEFEATED poison: log, candles") end
end
return S
