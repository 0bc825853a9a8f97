-- level: strategy
-- attack: fields of a log line that contain themselves
-- without care: the writer of the line recurses to its end
-- expect: stopped|error|harmless
local S = Strategy { name = "x", timeframe = "15m" }
function S:should_long()
  local fields = {}
  fields.me = fields
  log.info("x", fields)
  return false
end
return S
