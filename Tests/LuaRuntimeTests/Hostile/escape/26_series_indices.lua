-- level: strategy
-- attack: every strange index on a series
-- without care: a conversion traps or a read goes outside
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  local keys = {-1, 0.5, 1e300, -1e300, 0 / 0, 1 / 0, -1 / 0, math.maxinteger, math.mininteger, 1 << 53, "0", "x", "",
    true, {}, print, self.close, 2 ^ 63, 2 ^ 62, 4294967296, 1e15}
  for _, key in ipairs(keys) do
    pcall(function() return self.close[key] end)
    pcall(function() return self.candles[key] end)
    pcall(function() return self.candles.close[key] end)
    pcall(function() self.close[key] = 1 end)
    pcall(function() return self[key] end)
  end
  return false
end
return S
