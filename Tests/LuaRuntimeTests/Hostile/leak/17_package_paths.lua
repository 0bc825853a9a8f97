-- attack: package.path, package.config
-- without care: the layout of the machine
-- expect: error
print("DEFEATED leak: " .. #package.path)
