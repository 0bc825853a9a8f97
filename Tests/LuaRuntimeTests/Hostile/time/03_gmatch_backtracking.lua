-- attack: the same through gmatch
-- without care: the first step of the iterator never comes back
-- expect: stopped
for word in ("a"):rep(120):gmatch(("a*"):rep(7) .. "b") do print(word) end
