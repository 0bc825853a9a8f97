-- attack: keeps its own copies of pcall and resume in every corner before it uses them
-- without care: guarding the global name alone is useless
-- expect: stopped
local catch, resume = pcall, coroutine.resume
local hidden = {[1] = catch, [2] = function(f) return resume(coroutine.create(f)) end}
local i = 1
while true do
  hidden[i](function() while true do end end)
  i = 3 - i
end
