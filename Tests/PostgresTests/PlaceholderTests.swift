import Testing

@Suite("Postgres") struct PlaceholderTests {}
