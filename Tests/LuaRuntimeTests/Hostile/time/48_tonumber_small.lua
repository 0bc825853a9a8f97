-- attack: tonumber of 250 kilobytes of digits, plain, hexadecimal, with a base, with an exponent
-- without care: each call reads it all
-- expect: stopped|error
local digits, hex = ("7"):rep(250000), "0x" .. ("f"):rep(250000)
local fraction = "0." .. ("0"):rep(250000) .. "1"
while true do
  local _ = tonumber(digits), tonumber(hex), tonumber(digits, 8), tonumber(fraction)
end
