-- level: strategy
-- attack: takes the metatable of a series and replaces its __index
-- without care: all series of the state answer what the script likes
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:init()
  local ok, mt = pcall(getmetatable, self.close)
  pcall(function() mt.__index = function() return 42 end end)
  if self.open[3] == 42 or self.open[0] == 42 then print("DEFEATED poison: series") end
end
return S
