-- attack: a module name with a path to a file of the machine
-- without care: the folder of modules is no wall
-- expect: error|harmless
for _, name in ipairs {"../../../../../../../etc/passwd", "../../../../../../../../../../../etc/passwd\0", "/etc/passwd"} do
  local ok, message = pcall(require, name)
  message = tostring(message)
  if ok or message:find("near") or message:find("root:", 1, true) then print("DEFEATED leak: require reads files") end
end
