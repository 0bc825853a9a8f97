enum TestExchangeTarget {}
