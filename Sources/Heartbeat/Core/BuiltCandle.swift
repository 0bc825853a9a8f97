import Market

/// A candle whose last instant has passed on the venue's clock.
public struct BuiltCandle: Sendable, Equatable {
    public var symbol: Symbol
    public var timeframe: Timeframe
    public var openTime: Timestamp { candle.openTime }
    public var candle: Candle
    /// Trades it was made of; 0 for one that the venue made.
    public var tradeCount: Int
    /// Nothing was traded: it stands at the close before it, with volume 0.
    public var isFlat: Bool
    /// The venue's own candle, taken because trades may have been missed.
    public var isFetched: Bool
    /// The venue's time when it was told.
    public var closedAt: Timestamp

    public init(
        symbol: Symbol, timeframe: Timeframe, candle: Candle, tradeCount: Int, isFlat: Bool, isFetched: Bool,
        closedAt: Timestamp
    ) {
        self.symbol = symbol
        self.timeframe = timeframe
        self.candle = candle
        self.tradeCount = tradeCount
        self.isFlat = isFlat
        self.isFetched = isFetched
        self.closedAt = closedAt
    }

    /// Whether strategies are told of it.
    public var isSignal: Bool { Self.signalled.contains(timeframe) }

    /// How long after its end it was told, in milliseconds of the venue.
    public var lag: Int64 { closedAt.milliseconds - openTime.milliseconds - timeframe.milliseconds }

    private static let signalled = Set(Timeframe.heartbeat)
}
