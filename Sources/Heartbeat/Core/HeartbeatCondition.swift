import Market

/// How the heartbeat of one market is.
public struct HeartbeatCondition: Sendable, Hashable {
    public var isConnected: Bool
    /// All followed symbols are told without a hole, and as the venue tells them.
    public var isCoherent: Bool
    /// The end of the newest candle that was told.
    public var lastHeartbeat: Timestamp?
    /// The venue's clock, as far as it is known.
    public var venueTime: Timestamp?
    public var symbols: [SymbolCondition]
}

/// How one symbol is; the counts are since the start.
public struct SymbolCondition: Sendable, Hashable {
    public let symbol: Symbol
    /// Open time of the last minute that was told.
    public var lastMinute: Timestamp?
    /// Whether every trade is seen now.
    public var isLive = false
    /// Minutes are missing and the venue was asked for them.
    public var isRecovering = false
    /// Whether the last of our candles that could be compared with the venue's was the same.
    public var isCoherent = true
    public var trades = 0
    public var duplicates = 0
    public var lateTrades = 0
    public var fetchedMinutes = 0
    public var failedFetches = 0
    public var compared = 0
    public var differing = 0

    init(symbol: Symbol) {
        self.symbol = symbol
    }
}
