-- attack: new globals until nothing is left
-- without care: the machine's memory
-- expect: stopped|error
for i = 1, 1e9 do _G["g" .. i] = i end
