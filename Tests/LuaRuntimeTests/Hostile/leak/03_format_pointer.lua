-- attack: %p of string.format
-- without care: addresses of strings and tables
-- expect: harmless|error
for _, value in ipairs {"x", {}, print, ("x"):rep(100)} do
  local ok, text = pcall(string.format, "%p", value)
  if ok and text:find("%x%x%x%x") then print("DEFEATED leak: an address") end
end
