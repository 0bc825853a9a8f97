-- attack: compiles text with an environment of its own
-- without care: source limits and lint are passed by
-- expect: error
local f = load("return ...", "=x", "t", {})
if f(1) == 1 then print("DEFEATED escape: load works") end
