import Testing

@Suite("Venue") struct PlaceholderTests {}
