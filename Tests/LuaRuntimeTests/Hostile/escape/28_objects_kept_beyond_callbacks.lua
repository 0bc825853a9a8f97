-- level: strategy
-- attack: keeps host objects in coroutines and closures and uses them in other callbacks
-- without care: pointers into memory that the host has moved on from
-- expect: error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m" }
local reader
function S:init()
  local close, average, candles, position, balance = self.close, ta.ema(self.close, 5), self.candles, self.position, self.balance
  reader = coroutine.wrap(function()
    while true do
      coroutine.yield(close[0], average[0], candles and candles.close[0], position and position.is_open, balance * 1)
    end
  end)
end
function S:should_long()
  for _ = 1, 20 do reader() end
  local late = coroutine.wrap(function() return ta.ema(self.close, 5) end)
  pcall(late)
  return false
end
return S
