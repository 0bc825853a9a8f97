import Testing

@Suite("Transport") struct PlaceholderTests {}
