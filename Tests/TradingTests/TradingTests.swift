import Testing

@Suite struct TradingTests {}
