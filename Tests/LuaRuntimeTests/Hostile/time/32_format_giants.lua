-- attack: string.format of strings of megabytes with %s and %q
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
local s = ("\\"):rep(3000000)
while true do
  pcall(string.format, "%q", s)
  pcall(string.format, "%s%s", s, s)
end
