import Market

/// The markets of one venue: what is traded there, at which prices. No account is needed for it.
///
/// A venue's own spelling of symbols and intervals never leaves its adapter.
public protocol MarketDataSource: Sendable {
    var venue: VenueName { get }
    /// The venue's clock.
    func serverTime() async throws(BrokerError) -> Timestamp
    /// Every market of the venue, with its rules.
    func instruments() async throws(BrokerError) -> [Instrument]
    /// Closed candles only, oldest first; pages through the venue as often as `request` needs.
    func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle]
    func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker
    /// What happens on the markets from now on. Each call is a stream of its own; it reconnects by itself and says so
    /// with `.disconnected` and `.connected`, after which the caller fills the gap by `candles`.
    ///
    /// At most `MarketEvent.bufferLimit` events wait; a consumer that falls further behind gets
    /// `.retryable` as the stream's end, never a silent gap.
    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error>
    /// Closes connections and ends all streams; waits until they are gone.
    func close() async
}
