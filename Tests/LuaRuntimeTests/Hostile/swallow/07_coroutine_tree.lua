-- attack: a tree of coroutines that run a few instructions each
-- without care: the count of the hook starts anew in each, so no hook ever fires
-- expect: stopped
local function tree(depth)
  if depth == 0 then return end
  coroutine.wrap(tree)(depth - 1)
  coroutine.wrap(tree)(depth - 1)
end
tree(60)
