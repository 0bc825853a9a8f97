--- Classes with single inheritance, for strategies that grow a second part.
--
--     local class = require "class"
--     local Ladder = class("Ladder")
--     function Ladder:init(step) self.step = step end
--     function Ladder:price(i) return self.base - i * self.step end
--     local ladder = Ladder(10)
--
-- An object cannot be kept in `self.state`, which holds plain data: keep its fields there instead.
-- @module class

-- Set by the host: an error in the reader's language.
local refuse = refuse or function(english) error(english, 0) end

--- Makes a class. Calling the class makes an object and runs its `init` with the same arguments.
-- Functions added to the class later are seen by all its objects, and by the classes derived from it.
-- @tparam string name shown by `tostring(object)` and in error messages
-- @tparam[opt] table base the class to derive from; `Base.method(self, …)` calls what a method replaces
-- @treturn table the class, with `name`, `base` and `is(object)`
local function class(name, base)
  if type(name) ~= "string" then
    refuse("class: the name must be a string, was a " .. type(name),
      "class : le nom doit être une chaîne, c'est : " .. type(name))
  end
  if base ~= nil and type(base) ~= "table" then
    refuse("class: the base must be a class, was a " .. type(base),
      "class : la base doit être une classe, c'est : " .. type(base))
  end

  local new = { name = name, base = base }
  local of_object = {
    __index = new,
    __tostring = function(object) return object.name end,
  }

  --- Whether an object was made by this class or by one derived from it.
  function new.is(object)
    local found = type(object) == "table" and object.class or nil
    if found == object then return false end
    while type(found) == "table" do
      if found == new then return true end
      found = found.base
    end
    return false
  end

  new.class = new
  return setmetatable(new, {
    __index = base,
    __call = function(_, ...)
      local object = setmetatable({}, of_object)
      local init = object.init
      if init then init(object, ...) end
      return object
    end,
    __tostring = function() return "class " .. name end,
  })
end

return class
