-- attack: debug.traceback and debug.getinfo
-- without care: paths, the host's functions, its stack
-- expect: error
print("DEFEATED leak: " .. #debug.traceback() .. debug.getinfo(1, "S").short_src)
