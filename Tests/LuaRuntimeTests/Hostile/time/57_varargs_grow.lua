-- attack: hands twenty thousand arguments on, call after call
-- without care: each instruction copies them all
-- expect: stopped|error|harmless
local function grow(...)
  local n = select("#", ...)
  if n > 14000 then
    while true do local _ = select("#", ...), select("#", ...), (select(n, ...)), {...} end
  end
  return grow(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)
end
grow(table.unpack({}, 1, 4000))
