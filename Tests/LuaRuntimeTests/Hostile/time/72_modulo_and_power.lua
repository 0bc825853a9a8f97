-- attack: the slowest arithmetic: fmod, powers, remainders of extreme floats
-- without care: a microsecond an instruction
-- expect: stopped
local fmod, x = math.fmod, 0
while true do
  x = fmod(1e308, 5e-324) + 1e308 % 5e-324 + 2.5 ^ 1023.99 + math.exp(709.9) + math.log(1e308, 3) + math.tan(1e300)
    + 1e308 % 4.9e-320 + 1e308 % 7e-322 + math.sin(1e308) + math.fmod(1e308, 3e-310)
end
