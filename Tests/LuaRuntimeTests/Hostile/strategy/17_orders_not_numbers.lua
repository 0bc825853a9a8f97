-- level: strategy
-- attack: orders with every odd number and type in every field
-- without care: conversions trap, quantities overflow
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local values = {0 / 0, 1 / 0, -1 / 0, 1e308, -1e308, 1e-320, 0, -1, 2 ^ 63, math.mininteger, math.maxinteger, "1", "x", {},
  print, true, 0.5}
function S:on_candle()
  for _, name in ipairs {"qty", "value", "limit", "stop", "take", "expires", "tag", "reduce_only"} do
    for _, value in ipairs(values) do
      pcall(self.buy, self, { value = 10, [name] = value })
      pcall(self.sell, self, { qty = 0.001, [name] = value })
      pcall(function() return self:close { [name] = value } end)
      pcall(function() return self:cancel(value) end)
    end
  end
end
return S
