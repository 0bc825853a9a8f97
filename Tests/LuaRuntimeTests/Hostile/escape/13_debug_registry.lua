-- attack: the registry, through debug
-- without care: everything the host keeps
-- expect: error
local registry = debug.getregistry()
print("DEFEATED escape: " .. type(registry))
