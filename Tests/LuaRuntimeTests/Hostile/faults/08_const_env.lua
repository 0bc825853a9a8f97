-- attack: _ENV as a compile-time constant
-- without care: a wrong instruction of this build takes a constant for a register
-- expect: error|harmless|refused
local function write()
  local filler = {1, 2, 3}
  local _ENV <const> = 11
  X = "hi"
  return X
end
write()
