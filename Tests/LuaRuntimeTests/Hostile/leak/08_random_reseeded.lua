-- repeat: the same text in every run
-- attack: math.randomseed without arguments takes the time and an address
-- without care: they come back as its results
-- expect: harmless|error
pcall(function() print(math.randomseed()) end)
print(math.random(1 << 40))
