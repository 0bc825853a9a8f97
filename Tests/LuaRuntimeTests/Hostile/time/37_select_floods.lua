-- attack: select over a list of two hundred thousand arguments, all positions
-- without care: each call copies the list
-- expect: stopped|error
local function each(...)
  for i = 1, select("#", ...) do local _ = select(i, ...), select(i, ...), select(i, ...), select(i, ...) end
end
each(table.unpack({}, 1, 240000))
