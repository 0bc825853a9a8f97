-- level: strategy
-- attack: on_upgrade that loops, changes the state it is given, answers odd things
-- without care: restoring a state runs script code without a budget
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m", version = "2" }
function S:should_long()
  self.state.a = { 1, 2, { b = "c" } }
  return false
end
function S:on_upgrade(old, version)
  while true do pcall(function() old[#old + 1] = version; while true do end end) end
end
return S
