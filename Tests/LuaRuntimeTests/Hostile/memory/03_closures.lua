-- attack: keeps making closures with upvalues
-- without care: the machine's memory
-- expect: stopped|error
local kept
while true do
  local before = kept
  kept = function() return before end
end
