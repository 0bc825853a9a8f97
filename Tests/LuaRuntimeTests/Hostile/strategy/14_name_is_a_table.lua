-- level: strategy
-- attack: every key of the declaration is a table, a function or a NaN
-- without care: a text that is NULL is printed
-- expect: error|refused
return Strategy { name = {}, timeframe = {}, version = print, params = 5, uses = 0 / 0, symbols = print, valid = 1 }
