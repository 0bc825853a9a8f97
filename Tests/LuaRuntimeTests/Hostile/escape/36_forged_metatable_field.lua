-- attack: metatables with __metatable, __name and __type of the host's objects
-- without care: a check by name takes a table for a series
-- expect: error|harmless
local ta = require "ta"
local fake = setmetatable({}, {__name = "series", __metatable = "series", __index = function() return 1 end, __len = function() return 1e18 end})
print(pcall(ta.crossover, fake, fake))
print(pcall(ta.ema, fake, 10))
