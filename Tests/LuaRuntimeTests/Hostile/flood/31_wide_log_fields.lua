-- level: strategy
-- attack: log lines with thousands of fields, long names, deep tables
-- without care: megabytes a line
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
local fields = {}
for i = 1, 3000 do fields["name" .. i .. ("x"):rep(50)] = ("v"):rep(100) .. i end
local deep = {}
for i = 1, 14 do deep = {deep, i} end
fields.deep = deep
function S:should_long()
  for _ = 1, 50 do
    pcall(log.info, "x", fields)
    pcall(log.error, ("\27[31m\0\r\n"):rep(1000), {["\27[2J"] = "\7"})
  end
  return false, ("\27]0;title\7"):rep(100)
end
return S
