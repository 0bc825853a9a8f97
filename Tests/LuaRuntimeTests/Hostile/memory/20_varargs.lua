-- attack: lists of arguments that double
-- without care: stack and tables grow to a million slots each
-- expect: stopped|error
local function double(...)
  if select("#", ...) > 400000 then return {...}, table.pack(...) end
  return double(0, ...)
end
local kept = {}
local function grow(n) kept[#kept + 1] = {table.unpack({}, 1, n)} return grow(n) end
kept[1] = {double(table.unpack({}, 1, 399000))}
grow(900000)
