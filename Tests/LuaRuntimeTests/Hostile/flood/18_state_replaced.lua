-- level: strategy
-- attack: puts something else in the place of self.state, self.params, self.close
-- without care: the host reads what it has not made
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local function spin() while true do pcall(function() while true do end end) end end
function S:should_long()
  for _, name in ipairs {"state", "params", "close", "open", "candles", "balance", "position", "orders"} do
    pcall(function() self[name] = setmetatable({}, {__index = spin, __pairs = spin, __tostring = spin, __len = spin}) end)
    pcall(rawset, self, name, 5)
  end
  pcall(function() self.state = "text" end)
  return true
end
return S
