-- attack: takes the count hook away
-- without care: no deadline any more
-- expect: error
debug.sethook()
print("DEFEATED swallow: the hook is gone")
