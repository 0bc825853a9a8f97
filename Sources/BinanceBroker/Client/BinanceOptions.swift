import Transport

/// How a `BinanceBroker` behaves towards the venue.
public struct BinanceOptions: Sendable {
    /// How old a signed request may be when the venue reads it, in milliseconds; 1 … 60000.
    public var receiveWindow: Int64 = 5000
    /// From a call to its whole reply. The venue itself gives up after 10 s.
    public var timeout: Duration = .seconds(15)
    /// The longest that a call waits for its turn under the venue's limits; then it fails as `.retryable`.
    public var longestTurn: Duration = .seconds(30)
    /// How often a call that only asks is sent, at most; 1 … 10. Orders and cancels are never sent twice.
    public var attempts = 3
    /// How old the list of markets may be when a symbol is looked up in it.
    public var marketsValidity: Duration = .seconds(3600)
    /// Streams and the account's feed: bounds, times, a file of extra authorities.
    public var sockets = WebSocketOptions()

    public init() {}
}
