-- attack: the address of a C function: where the host's code lies
-- without care: defeats address randomisation
-- expect: harmless|error
for _, value in ipairs {print, coroutine.create(print), pcall, function() end} do
  if tostring(value):find("%x%x%x%x%x%x") then print("DEFEATED leak: an address") end
end
