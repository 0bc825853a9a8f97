import Testing

@Suite("BinanceBroker") struct PlaceholderTests {}
