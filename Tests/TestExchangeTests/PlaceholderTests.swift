import Testing

@Suite("TestExchange") struct PlaceholderTests {}
