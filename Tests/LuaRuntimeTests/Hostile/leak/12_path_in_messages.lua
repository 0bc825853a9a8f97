-- attack: error messages that hold the path of the script on the host
-- without care: names of users, folders, other strategies
-- expect: harmless|error
local _, message = pcall(function() local nothing = nil return nothing.field end)
if tostring(message):find("/", 1, true) then print("DEFEATED leak: a path of the host") end
