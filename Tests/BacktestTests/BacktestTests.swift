import Testing

@Suite struct BacktestTests {}
