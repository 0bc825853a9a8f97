-- level: strategy
-- attack: writes to params, to the declaration, to the class, to balance and position, at every chance
-- without care: later callbacks, or the host, read what the script wrote
-- expect: error|harmless
local declaration = { name = "x", timeframe = "15m", params = { a = param.int { 5, min = 1, max = 9 } }, warmup = 3 }
local S = Strategy(declaration)
local function write(self)
  for _, target in ipairs {self.params, declaration, S, self.balance, self.position, self.candles, self, declaration.params} do
    for _, name in ipairs {"a", "name", "timeframe", "warmup", "free", "qty", "close", "params", "init", "market"} do
      pcall(function() target[name] = 0 / 0 end)
      pcall(rawset, target, name, 0 / 0)
    end
  end
  if self.params and self.params.a ~= 5 then print("DEFEATED poison: params") end
end
S.init, S.should_long, S.on_stop = write, function(self) write(self) return true end, write
function S:calculate_position_size() write(self) return 10 end
return S
