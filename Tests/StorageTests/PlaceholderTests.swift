import Testing

@Suite("Storage") struct PlaceholderTests {}
