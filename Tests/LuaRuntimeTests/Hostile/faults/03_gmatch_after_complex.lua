-- attack: goes on with a gmatch iterator after "pattern too complex"
-- without care: the depth counter is left at nought and runs below it: no limit on C recursion any more
-- expect: stopped|error|harmless
local step = ("x"):rep(300000):gmatch(("x?"):rep(300000) .. "$")
print(pcall(step))
print(pcall(step))
print(pcall(step))
