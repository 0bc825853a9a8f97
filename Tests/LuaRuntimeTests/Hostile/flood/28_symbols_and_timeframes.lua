-- level: strategy
-- attack: the finest and the coarsest timeframe together, many symbols, the longest warm-up
-- without care: a validation makes millions of candles
-- expect: stopped|error|refused|harmless
local symbols = {}
for i = 1, 30 do symbols[i] = "C" .. i .. "/USDT" end
return Strategy {
  name = "x", timeframe = "1w", uses = {"1m", "3m", "5m", "10m", "15m", "30m", "1h", "2h", "4h", "1d"}, symbols = symbols,
  warmup = 100000,
}
