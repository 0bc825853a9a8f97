-- attack: arithmetic on 250 kilobytes of digits
-- without care: one instruction reads it all
-- expect: stopped|error
local s, f = ("7"):rep(250000), ("3"):rep(250000) .. ".5"
while true do local _ = s + 1, s * f, -f, s // 3, s ^ 2, f % 7 end
