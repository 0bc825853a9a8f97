-- attack: __name instead of the type, with the address after it
-- without care: addresses
-- expect: harmless|error
local ok, text = pcall(tostring, setmetatable({}, {__name = "thing"}))
if ok and text:find("0x") then print("DEFEATED leak: an address") end
