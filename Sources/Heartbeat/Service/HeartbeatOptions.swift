import Market

/// How a market's heartbeat is run.
public struct HeartbeatOptions: Sendable {
    public var core = HeartbeatSettings()
    /// Followed whether or not a strategy needs it, if the venue lists it: the beat that shows that all is well.
    public var metronome: Symbol? = {
        // Cannot fail: the text is a symbol.
        try? Symbol("BTC/USDT")
    }()
    /// How often the venue's clock is asked; also by an accelerated venue.
    public var clockEvery = Duration.seconds(1)
    /// How often the roster is read when nothing tells that it has changed.
    public var rosterEvery = Duration.seconds(30)
    /// How often the status is written when nothing else is.
    public var statusEvery = Duration.seconds(5)
    /// How often trades are published for the cockpit, at most.
    public var sampleEvery = Duration.milliseconds(250)
    /// Candles that wait for the store; beyond that they are forgotten and fetched again later.
    public var mostWaiting = 20_000
    /// Calls for missing candles at the same time.
    public var fetchesAtOnce = 4
    /// Stored minutes that are read when a symbol begins: what coarse candles in progress are made of.
    public var recalledMinutes = 1440

    public init() {}
}
