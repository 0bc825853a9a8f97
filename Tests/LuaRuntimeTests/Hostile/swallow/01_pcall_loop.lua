-- attack: catches the stop with pcall and starts again
-- without care: the error of the count hook is caught for ever
-- expect: stopped
while true do
  pcall(function() while true do end end)
end
