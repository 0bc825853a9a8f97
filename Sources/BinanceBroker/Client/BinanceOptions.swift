import Transport

/// How a `BinanceBroker` behaves towards the venue.
public struct BinanceOptions: Sendable {
    /// How old a signed request may be when the venue reads it, in milliseconds; 1 … 60000.
    public var receiveWindow: Int64 = 5000
    /// From a call to its whole reply. The venue itself gives up after 10 s.
    public var timeout: Duration = .seconds(15)
    /// The longest that a call waits for its turn under the venue's limits; then it fails as `.retryable`.
    public var longestTurn: Duration = .seconds(30)
    /// The longest from a call that places or cancels until its request goes out, whatever it waits for: its turn, the
    /// list of markets, the venue's clock. Later it is not sent and fails as `.retryable`.
    ///
    /// An engine looks at its lease when it makes the call. Seven seconds after its last renewal it makes none, so its
    /// last request goes out before the ninth and is over before the nineteenth (`orderTimeout`). Whoever takes its
    /// accounts does so after ten and believes the venue's "unknown order" after another ten: 7 + 2 + 10 < 10 + 10.
    public var longestOrderDelay: Duration = .seconds(2)
    /// As `timeout`, for calls that place or cancel; the shorter one counts.
    public var orderTimeout: Duration = .seconds(10)
    /// How often a call that only asks is sent, at most; 1 … 10. Orders and cancels are never sent twice.
    public var attempts = 3
    /// How old the list of markets may be when a symbol is looked up in it.
    public var marketsValidity: Duration = .seconds(3600)
    /// Streams and the account's feed: bounds, times, a file of extra authorities.
    public var sockets = WebSocketOptions()

    public init() {}
}
