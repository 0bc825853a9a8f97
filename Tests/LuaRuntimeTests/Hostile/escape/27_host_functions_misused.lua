-- level: strategy
-- attack: host functions with wrong types, NaN, infinities, huge numbers, wrong self
-- without care: a conversion traps or a wild pointer is read
-- expect: error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m" }
local odd = {0 / 0, 1 / 0, -1 / 0, 1e300, -1, 0, math.mininteger, math.maxinteger, "", ("x"):rep(100000), true, {},
  print, coroutine.create(print), 0.5, "12"}
function S:init()
  odd[#odd + 1] = self.close
  odd[#odd + 1] = self
  for name, f in pairs(ta) do
    if type(f) == "function" then
      for _, a in ipairs(odd) do
        pcall(f, a)
        pcall(f, self.close, a)
        pcall(f, self.candles, a, a)
        pcall(f, a, a, a, a)
      end
    end
  end
end
function S:should_long()
  for _, a in ipairs(odd) do
    pcall(plot, a, a)
    pcall(plot, "x", a)
    pcall(log.info, a, a)
    pcall(notify, a)
    pcall(ta.crossover, a, self.close)
    pcall(ta.crossover, self.close, a)
    pcall(function() return self.balance * a, self.balance + a, self.balance:risk(a, a), self.balance:percent(a) end)
    pcall(function() return self:tf(a), self:symbol(a, a) end)
    pcall(function() return units(a) end)
    pcall(function() return self.buy(a, a) end)
    pcall(function() return self:cancel(a) end)
  end
  return false
end
return S
