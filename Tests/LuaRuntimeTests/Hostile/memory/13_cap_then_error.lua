-- attack: fills the heap and raises an error with a table
-- without care: the host makes a message and has no memory for it
-- expect: stopped|error
kept = nil
pcall(function() while true do kept = {kept} end end)
error({})
