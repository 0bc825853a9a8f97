import Market

/// How a paper broker gets its prices and its time.
public struct PaperBrokerOptions: Sendable {
    /// Whether it follows the trades of every symbol with an open order by itself. A replay hands its bars to
    /// `PaperBroker.take` instead.
    public var followsTrades: Bool
    /// Whether it leaves the account to whoever has it: it answers what the store held when it was made, follows no
    /// prices, and refuses what would change something.
    public var onlyReads: Bool
    /// Whether `close` closes the market data as well; false where several accounts share it.
    public var closesMarketData: Bool
    /// The time of orders and of fills at the last price.
    public var clock: @Sendable () async -> Timestamp
    /// Called after each thing that happens inside a bar, before the rest of the bar is looked at, so that who follows
    /// the account may place what follows from a fill. Nil: a bar is worked off at once.
    public var settle: (@Sendable () async -> Void)?
    /// The wait before trades are followed again after their stream has ended; doubled each time up to a minute.
    public var firstPause: Duration

    /// How many calls wait for the one at work; one more is answered with `.retryable`.
    public static let longestQueue = 10_000

    public init(
        followsTrades: Bool = true, onlyReads: Bool = false, closesMarketData: Bool = true,
        firstPause: Duration = .seconds(1), settle: (@Sendable () async -> Void)? = nil,
        clock: @escaping @Sendable () async -> Timestamp
    ) {
        self.followsTrades = followsTrades && !onlyReads
        self.onlyReads = onlyReads
        self.closesMarketData = closesMarketData
        self.firstPause = firstPause
        self.settle = settle
        self.clock = clock
    }
}
