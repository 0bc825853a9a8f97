enum BinanceBrokerTarget {}
