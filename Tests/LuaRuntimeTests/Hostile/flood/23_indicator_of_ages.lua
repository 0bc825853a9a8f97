-- level: strategy
-- attack: an indicator with a period of 1e9
-- without care: gigabytes in one call
-- expect: stopped|error|harmless
local ta = require "ta"
local S = Strategy { name = "x", timeframe = "15m" }
function S:init() self.slow = ta.sma(self.close, 1000000000) end
return S
