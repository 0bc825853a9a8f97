-- level: strategy
-- attack: functions, coroutines, series, NaN and odd keys in the state
-- without care: the writer meets what it cannot write
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  local state = self.state
  state.f, state.co, state.series, state.nan, state.inf = print, coroutine.create(print), self.close, 0 / 0, 1 / 0
  state[1.5], state[true], state[-1], state[2 ^ 53], state[self.close] = 1, 2, 3, 4, 5
  state[{}] = {}
  return false
end
return S
