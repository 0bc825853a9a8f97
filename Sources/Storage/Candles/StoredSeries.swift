import Market

/// What the store has of a series, told without a look at its candles.
public struct StoredSeries: Sendable, Hashable {
    public var key: CandleKey
    public var count: Int
    public var first: Timestamp?
    public var last: Timestamp?
    /// How many times candles are missing between the first and the last.
    public var gaps: Int
    /// How many candles are missing there.
    public var missing: Int
}
