-- attack: points package.cpath and package.path elsewhere, loads a shared library
-- without care: native code of the attacker's choice
-- expect: error
package.path, package.cpath = "/tmp/?", "/tmp/?.so"
print("DEFEATED escape: " .. tostring(package.loadlib and package.searchpath))
