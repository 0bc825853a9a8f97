-- attack: gsub and gmatch with patterns that match nothing everywhere
-- without care: a replacement for each position, counted as no step
-- expect: stopped|error
local s = ("a"):rep(120000)
while true do
  local _ = s:gsub("", "")
  _ = s:gsub("b*", {})
  for _ in s:gmatch("") do end
end
