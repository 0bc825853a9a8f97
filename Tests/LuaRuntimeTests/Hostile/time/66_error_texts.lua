-- attack: errors with texts of a quarter of a megabyte, with levels and rethrown
-- without care: each copies its text
-- expect: stopped|error
local text = ("x"):rep(250000)
while true do
  pcall(error, text, 2)
  pcall(function() error(text) end)
  pcall(assert, false, text)
end
