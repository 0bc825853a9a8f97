-- level: strategy
-- attack: metatables in the state whose __pairs and __index never end
-- without care: the writer runs script code
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local function spin() while true do pcall(function() while true do end end) end end
function S:should_long()
  self.state.trap = setmetatable({1}, {__pairs = spin, __index = spin, __len = spin, __tostring = spin})
  return false
end
return S
