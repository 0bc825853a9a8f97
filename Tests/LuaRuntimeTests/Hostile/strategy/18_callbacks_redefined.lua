-- level: strategy
-- attack: callbacks that replace themselves and all others while they run
-- without care: the host calls a function that is gone, or one it never checked
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  S.should_long = 5
  self.should_long = setmetatable({}, {__call = function() while true do pcall(function() while true do end end) end end})
  S.calculate_position_size = function() S.calculate_position_size = nil return 5 end
  return true
end
function S:init()
  pcall(setmetatable, S, {__index = function() while true do pcall(function() while true do end end) end end})
  pcall(setmetatable, self, {__index = function() while true do pcall(function() while true do end end) end end})
end
return S
