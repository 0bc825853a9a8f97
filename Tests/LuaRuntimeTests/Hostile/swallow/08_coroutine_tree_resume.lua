-- attack: the same tree with create and resume, three branches, errors at the leaves
-- without care: no coroutine lives for a thousand instructions
-- expect: stopped
local function tree(depth)
  if depth == 0 then error("leaf") end
  for _ = 1, 3 do coroutine.resume(coroutine.create(tree), depth - 1) end
end
tree(40)
