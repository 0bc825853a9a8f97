-- attack: reads the environment, where keys live
-- without care: the host's secrets
-- expect: error
local path = os.getenv("PATH")
if path then print("DEFEATED leak: the environment") end
