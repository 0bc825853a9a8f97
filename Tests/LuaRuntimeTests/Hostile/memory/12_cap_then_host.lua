-- attack: fills the heap to the last byte and hands over to the host
-- without care: the next unprotected push of the host ends the process
-- expect: stopped|error|harmless
kept = {}
local function fill(size)
  local n = #kept
  while true do
    n = n + 1
    kept[n] = ("x"):rep(size) .. n
  end
end
for _, size in ipairs {1000000, 100000, 10000, 1000, 100, 50} do pcall(fill, size) end
local list = {}
kept[#kept + 1] = list
pcall(function() while true do list = {list} kept[1] = list end end)
