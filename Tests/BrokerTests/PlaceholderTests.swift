import Testing

@Suite("Broker") struct PlaceholderTests {}
