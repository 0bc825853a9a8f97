-- attack: table.move over 1e17 absent elements
-- without care: nothing is stored, nothing is counted
-- expect: stopped|error
table.move({}, 1, 100000000000000000, 2)
