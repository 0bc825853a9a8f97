-- attack: the same with a separator that is empty
-- without care: counted down one by one
-- expect: stopped|error|harmless
print(#string.rep("", math.maxinteger, ""))
