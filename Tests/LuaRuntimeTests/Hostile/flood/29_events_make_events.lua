-- level: strategy
-- attack: every event orders again, so that one fill leads to the next within a candle
-- without care: the candle never ends
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local function more(self)
  for _ = 1, 20 do
    pcall(self.buy, self, { value = 1 })
    pcall(self.sell, self, { qty = 0.00000001 })
    pcall(self.buy, self, { value = 1, limit = 1e9 })
    pcall(self.sell, self, { qty = 0.00000001, limit = 1e-9 })
  end
end
S.on_candle, S.on_order, S.on_fill, S.on_position_opened, S.on_position_closed = more, more, more, more, more
S.on_start, S.on_stop = more, more
return S
