-- attack: builds fourteen megabytes by single characters in each step
-- without care: a thousand instructions between two hooks are seconds
-- expect: stopped|error
while true do local _ = ("x"):rep(14000000) end
