-- attack: string.pack with an alignment and paddings of a gigabyte
-- without care: one call, one gigabyte
-- expect: stopped|error
print(#string.pack("c900000000", "x"))
