import Market

/// The feeds that a strategy instance may read: its own candles, and those its `uses` and `symbols` name.
public struct FeedSet: Sendable {
    /// What one feed is known by.
    public struct Key: Sendable, Hashable {
        public let symbol: Symbol
        public let timeframe: Timeframe

        public init(_ symbol: Symbol, _ timeframe: Timeframe) {
            self.symbol = symbol
            self.timeframe = timeframe
        }
    }

    /// The candles whose close calls the strategy.
    public let base: CandleFeed
    private let feeds: [Key: CandleFeed]

    /// Of two feeds with one symbol and timeframe the first counts.
    public init(base: CandleFeed, others: [CandleFeed] = []) {
        self.base = base
        var feeds: [Key: CandleFeed] = [:]
        for feed in [base] + others where feeds[Key(feed.symbol, feed.timeframe)] == nil {
            feeds[Key(feed.symbol, feed.timeframe)] = feed
        }
        self.feeds = feeds
    }

    public subscript(symbol: Symbol, timeframe: Timeframe) -> CandleFeed? {
        feeds[Key(symbol, timeframe)]
    }
}
