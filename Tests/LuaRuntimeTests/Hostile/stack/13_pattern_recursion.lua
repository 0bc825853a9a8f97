-- attack: patterns with hundreds of optional parts and captures
-- without care: C recursion of the matcher; stock Lua stops it at 200 levels
-- expect: stopped|error|harmless
local s = ("a"):rep(100000)
while true do
  pcall(string.match, s, ("a?"):rep(5000) .. "b")
  pcall(string.match, s, ("(a)"):rep(500))
  pcall(string.match, s, ("(a-)"):rep(32) .. "b")
end
