-- level: strategy
-- attack: a warm-up that is NaN
-- without care: the conversion to an integer traps
-- expect: error|refused
return Strategy { name = "x", timeframe = "15m", warmup = 0 / 0, history = -1 / 0 }
