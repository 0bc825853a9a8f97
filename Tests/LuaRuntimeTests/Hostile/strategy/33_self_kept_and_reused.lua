-- level: strategy
-- attack: methods taken from self and called with other selfs, in init, in on_stop, after everything
-- without care: a method trusts its first argument
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local kept = {}
local function abuse(self)
  for _, name in ipairs {"buy", "sell", "close", "cancel", "tf", "symbol", "set_stop", "set_target"} do
    local method = self[name]
    kept[#kept % 50 + 1] = method
    for _, other in ipairs {S, {}, 1, "x", self.close, self.balance, print, coroutine.create(print), setmetatable({}, {__index = self})} do
      pcall(method, other, { value = 1 })
      pcall(method, other, "1h")
      pcall(method, other)
    end
    pcall(method)
  end
  for _, method in ipairs(kept) do pcall(method, self, { qty = 1e-8 }) end
end
S.init, S.should_long, S.should_exit, S.on_stop, S.on_start, S.on_fill, S.update_position = abuse, abuse, abuse, abuse, abuse, abuse, abuse
function S:calculate_position_size() abuse(self) return 5 end
return S
