-- level: strategy
-- attack: order tables whose fields are metamethods that never end
-- without care: the host reads them outside a budget
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:on_candle()
  self:buy(setmetatable({}, {__index = function() while true do pcall(function() while true do end end) end end}))
end
return S
