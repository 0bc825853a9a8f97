-- level: strategy
-- attack: series and host objects as keys of tables, compared, concatenated, sorted
-- without care: their order follows addresses
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  local t = { [self.close] = 1, [self.open] = 2, [self.candles] = 3, [self] = 4 }
  for key, value in pairs(t) do t[key] = value + 1 end
  pcall(function() return self.close .. self.open end)
  pcall(function() return self.close < self.open end)
  pcall(table.sort, {self.close, self.open, self.close})
  pcall(function() return #self.candles, self.close + 1, -self.close, self.close() end)
  if tostring(self.close):find("0x") or tostring(self):find("0x") then print("DEFEATED leak: an address") end
  return false
end
return S
