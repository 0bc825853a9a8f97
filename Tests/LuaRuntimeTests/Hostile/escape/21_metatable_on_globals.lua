-- attack: a metatable on _G that never ends when the host looks for a name
-- without care: the host's lookup runs script code outside every budget
-- expect: error|harmless
setmetatable(_G, {
  __index = function() while true do pcall(function() while true do end end) end end,
  __newindex = function() while true do end end,
})
