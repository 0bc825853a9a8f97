-- level: strategy
-- attack: callbacks that answer coroutines, tables with metamethods, huge lists of values
-- without care: a truth is read from a number of results, the stack is left full
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local n = 0
local function spin() while true do pcall(function() while true do end end) end end
local answers = {
  function() return coroutine.create(print) end,
  function() return setmetatable({}, {__index = spin, __eq = spin, __tostring = spin, __call = spin}) end,
  function() return table.unpack({}, 1, 4000) end,
  function() return true, {} end,
  function() return true, print end,
  function() return 0 / 0, 1 / 0 end,
  function() return "false" end,
  function() return coroutine.yield(1) end,
}
function S:should_long() n = n + 1 return answers[n % #answers + 1]() end
function S:should_exit() return answers[(n * 3) % #answers + 1]() end
function S:calculate_position_size() return answers[(n * 5) % #answers + 1]() end
return S
