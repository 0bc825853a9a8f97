-- attack: %s of string.format, table.concat, error and concatenation with tables and functions
-- without care: addresses
-- expect: harmless|error
local texts = {}
pcall(function() texts[1] = ("%s"):format({}) end)
pcall(function() texts[2] = ("%s"):format(print) end)
pcall(function() texts[3] = ("%q"):format(1e100) end)
for _, text in pairs(texts) do
  if text:find("0x%x%x%x%x%x%x") then print("DEFEATED leak: an address") end
end
