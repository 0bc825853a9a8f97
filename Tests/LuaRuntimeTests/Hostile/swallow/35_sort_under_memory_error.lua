-- attack: catches the error of memory and goes on for ever
-- without care: "not enough memory" is an error like any other
-- expect: stopped
while true do
  pcall(function()
    local t = {}
    for i = 1, 1e9 do t[i] = {i} end
  end)
end
