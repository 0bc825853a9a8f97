import Testing

@Suite struct StrategyHostTests {}
