import Market

/// A feed that strategies are to read: the candles of one symbol and timeframe, none at first.
public struct FeedOpening: Sendable, Hashable {
    public var feed: FeedNumber
    public var symbol: Symbol
    public var timeframe: Timeframe
    /// How many candles are kept at least: the largest `history` of its readers, and one more for each candle that one
    /// of them may run late.
    public var rowsKept: Int

    public init(feed: FeedNumber, symbol: Symbol, timeframe: Timeframe, rowsKept: Int) {
        self.feed = feed
        self.symbol = symbol
        self.timeframe = timeframe
        self.rowsKept = rowsKept
    }
}

/// Closed candles for one feed, in rising order. One that does not open after the last one known is left out.
public struct FeedCandles: Sendable, Equatable {
    /// The most candles one call of `append` takes; longer history goes in pieces.
    public static let mostCandles = 50_000

    public var feed: FeedNumber
    public var candles: [Candle]

    public init(feed: FeedNumber, candles: [Candle]) {
        self.feed = feed
        self.candles = candles
    }
}
