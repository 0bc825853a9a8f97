-- attack: tonumber of ten megabytes of digits, with and without a base
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local s = ("1"):rep(10000000)
while true do
  local _ = tonumber(s, 36)
  _ = tonumber(s)
end
