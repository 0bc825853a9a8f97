-- repeat: the same text in every run
-- attack: math.random seeds itself anew in every process
-- without care: the same decision comes out differently, and the seed holds an address
-- expect: harmless|error
print(math.random(1 << 40), math.random(), math.random(1 << 40))
