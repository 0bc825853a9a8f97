-- attack: a loop without end
-- without care: never ends where nobody counts
-- expect: stopped
while true do end
