-- attack: an error object with __tostring out of a coroutine
-- without care: the host calls the script while it reports
-- expect: error
coroutine.wrap(function()
  error(setmetatable({}, {__tostring = function() while true do pcall(string.rep, "x", 1e9) end end}))
end)()
