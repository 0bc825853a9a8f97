-- level: strategy
-- attack: a warm-up of 1e18 candles
-- without care: a history of that length is made, or the conversion traps
-- expect: error|refused
return Strategy { name = "x", timeframe = "15m", warmup = 1e18 }
