-- level: strategy
-- attack: stops and targets that are NaN, infinite, negative
-- without care: a stop that never fires or a conversion that traps
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local values, n = {0 / 0, 1 / 0, -1 / 0, 1e308, -1e308, 1e-320, -0.0, 2, "0.1", {}}, 0
function S:should_long() return true end
function S:calculate_position_size() return 100 end
function S:stop_price() n = n + 1 return values[n % #values + 1] end
function S:target_price() return values[(n * 3) % #values + 1] end
function S:update_position()
  for _, value in ipairs(values) do
    pcall(function() self:set_stop(value) end)
    pcall(function() self:set_target(value) end)
  end
end
return S
