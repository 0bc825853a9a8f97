-- level: strategy
-- attack: calls metamethods of a series with other values
-- without care: a host that does not check reads through a wild pointer
-- expect: error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:init()
  local mt = getmetatable(self.close)
  if type(mt) ~= "table" then return end
  for _, value in ipairs {0, "x", {}, print, coroutine.create(print), 1.5, true} do
    print(pcall(mt.__index, value, 0), pcall(mt.__len, value))
  end
  print("DEFEATED leak: the metatable of a series")
end
return S
