-- attack: replaces a module in package.loaded for everybody
-- without care: other code gets the attacker's module
-- expect: error
package.loaded.string = nil
package.preload.ta = function() return {} end
package.loaded.table = {concat = function() return "poisoned" end}
print("DEFEATED poison: " .. package.loaded.table.concat({}))
