import Testing

@Suite struct IndicatorsTests {}
