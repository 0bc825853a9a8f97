-- attack: error messages that name functions and tables of the host
-- without care: messages hold paths, registry names, addresses
-- expect: error|harmless
local texts = {}
for _, f in pairs {series, candles, balance, host, print, pairs, require, table.sort, string.format} do
  texts[#texts + 1] = select(2, pcall(function() return f + 1 end))
  texts[#texts + 1] = select(2, pcall(function() return f.x.y.z end))
  texts[#texts + 1] = select(2, pcall(f, {}, print))
  texts[#texts + 1] = select(2, pcall(function() return f < f end))
  texts[#texts + 1] = select(2, pcall(function() return #f .. f end))
end
for _, text in pairs(texts) do
  if tostring(text):find("0x%x%x%x") or tostring(text):find("/%w+/") then print("DEFEATED leak: " .. tostring(text)) end
end
