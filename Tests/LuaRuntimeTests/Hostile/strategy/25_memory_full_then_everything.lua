-- level: strategy
-- attack: a heap filled to the cap at load, then every service of the host
-- without care: the host's own pushes fail unprotected
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local kept, list = {}, nil
function S:init()
  for _, size in ipairs {400000, 50000, 5000, 500, 50} do
    pcall(function() while true do kept[#kept + 1] = ("x"):rep(size) .. #kept end end)
  end
  pcall(function() while true do list = {list} end end)
end
function S:should_long() return true, "reason" end
function S:calculate_position_size() return 10 end
function S:on_fill(fill) return fill.price end
function S:on_order(order) return order.id end
return S
