-- attack: a ring of objects that call each other
-- without care: as stack/07
-- expect: stopped|error
local ring = {}
for i = 1, 50 do ring[i] = setmetatable({}, {}) end
for i = 1, 50 do getmetatable(ring[i]).__call = ring[i % 50 + 1] end
ring[1](1, 2, 3)
