-- attack: thirty-two captures of the whole text in each match
-- without care: megabytes of captures an instruction
-- expect: stopped|error
local s = ("x"):rep(200000)
local pattern = "^" .. ("("):rep(32) .. ".*" .. (")"):rep(32)
while true do local _ = s:find(pattern), s:match(pattern) end
