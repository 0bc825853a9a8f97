-- attack: the command line of the process
-- without care: paths and options of the host
-- expect: harmless|error
if arg and arg[0] then print("DEFEATED leak: the command line") end
