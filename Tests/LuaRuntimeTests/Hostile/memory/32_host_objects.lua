-- attack: rows of candles by the hundred thousand, kept
-- without care: each is an object of the host
-- expect: stopped|error
local kept, source = {}, candles or {}
while true do kept[#kept % 30000 + 1] = {source[#kept % 100], kept} end
