-- attack: goes on working after the stop was caught
-- without care: the deadline is a suggestion
-- expect: stopped
pcall(function() while true do end end)
print("DEFEATED swallow: pcall kept the stop, the script goes on")
