-- attack: an error object whose __tostring never ends
-- without care: the host formats the error after the deadline, with script code
-- expect: error
error(setmetatable({}, {__tostring = function()
  while true do pcall(function() while true do end end) end
end}))
