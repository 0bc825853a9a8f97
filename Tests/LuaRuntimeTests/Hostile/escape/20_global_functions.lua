-- attack: replaces global functions of the host
-- without care: the host calls what it finds under the name
-- expect: error|harmless
local before = tostring
rawset(_G, "tostring", function() return "poisoned" end)
_G.error = nil
_G._G = nil
print(before(1))
