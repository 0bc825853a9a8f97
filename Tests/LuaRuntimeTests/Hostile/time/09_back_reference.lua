-- attack: a back reference after a greedy capture
-- without care: cubic time
-- expect: stopped
print(("a"):rep(20000):find("(.*)(.*)%1%2b"))
