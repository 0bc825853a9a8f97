-- attack: the address of a table through tostring
-- without care: the layout of the host's memory
-- expect: harmless|error
local text = tostring({})
if text:find("0x") then print("DEFEATED leak: an address") end
