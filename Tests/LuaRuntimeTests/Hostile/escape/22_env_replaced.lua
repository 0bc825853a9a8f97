-- attack: replaces _ENV by a table with metamethods
-- without care: harmless in itself, but name lookups of messages go through it
-- expect: error|harmless
local print, setmetatable, pcall = print, setmetatable, pcall
local _ENV = setmetatable({}, {__index = function(_, key) return key end})
print(pcall(function() return unknown.field.more end))
print(pcall(function() return unknown() end))
