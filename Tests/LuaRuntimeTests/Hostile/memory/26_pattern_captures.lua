-- attack: gsub with thirty-two captures of a megabyte each
-- without care: thirty-two copies an instruction
-- expect: stopped|error
local s = ("x"):rep(1000000)
local kept = {}
while true do kept[#kept + 1] = {s:find("^" .. ("("):rep(30) .. ".*" .. (")"):rep(30))} end
