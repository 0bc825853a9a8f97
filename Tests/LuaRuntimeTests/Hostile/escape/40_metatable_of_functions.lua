-- attack: looks for metatables of nil, numbers, functions, threads
-- without care: shared by all scripts of the process's state
-- expect: error|harmless
for _, value in ipairs {0, true, print, coroutine.create(print), ""} do
  local mt = getmetatable(value)
  if type(mt) == "table" then print("DEFEATED leak: a shared metatable of " .. type(value)) end
end
