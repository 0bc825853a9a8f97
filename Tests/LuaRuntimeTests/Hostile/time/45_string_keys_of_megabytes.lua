-- attack: long strings as keys of a table: hashed and compared on each access
-- without care: megabytes are read an instruction
-- expect: stopped|error
local t, part = {}, ("k"):rep(3000000)
local a, b = part .. "1", part .. "1"
t[a] = 1
while true do local _ = t[b], t[b], t[b], t[b], t[b], t[b], t[b], t[b] end
