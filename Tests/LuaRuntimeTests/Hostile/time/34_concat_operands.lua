-- attack: one concatenation of a hundred operands of a hundred kilobytes
-- without care: ten megabytes copied an instruction
-- expect: stopped|error
local s = ("x"):rep(100000)
while true do
  local _ = s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s
    ..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s
end
