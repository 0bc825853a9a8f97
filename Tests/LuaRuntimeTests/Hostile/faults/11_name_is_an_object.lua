-- attack: __name that is no string: a number, a series, a table, through every way of making text
-- without care: a value too many on the stack of a C function; a buffer that takes it for its own box
-- expect: error|harmless|stopped
local odd = {}
for i = 1, 4000 do odd[i] = setmetatable({}, {__name = i % 3 == 0 and series or i % 3 == 1 and 5 or {}}) end
pcall(print, table.unpack(odd))
pcall(function() return #string.format(("x"):rep(3000) .. ("%s"):rep(3000), table.unpack(odd)) end)
pcall(function() return #string.format(("%50s"):rep(3000), table.unpack(odd)) end)
for _, value in ipairs {series or 1, candles or 2, balance or 3} do
  local named = setmetatable({}, {__name = value, __tostring = nil})
  pcall(function() return string.format(("y"):rep(5000) .. "%s%s%s" .. ("z"):rep(5000), named, named, named) end)
  pcall(function() return ("x"):gsub(".", named) end)
  pcall(error, named)
  pcall(tostring, named)
  pcall(math.floor, named)
  pcall(string.rep, named, 2)
end
