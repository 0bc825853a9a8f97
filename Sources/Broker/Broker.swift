import Market

/// One account at one venue, and the venue's market data.
///
/// There is one instance for each (user, broker); it owns the connections and the rate-limit budget. A venue's own
/// spelling of symbols, intervals and states never leaves its adapter. Nothing is tried twice behind the caller's back
/// once an order may have reached the venue: such a call fails with `BrokerError.outcomeUnknown`, and `order(_:on:)`
/// tells what became of it.
public protocol Broker: MarketDataSource {
    var capabilities: BrokerCapabilities { get }

    /// Balances that are not zero.
    func balances() async throws(BrokerError) -> [Balance]
    func place(_ order: OrderRequest) async throws(BrokerError) -> OrderReport
    /// A stop and a target of which the one that triggers cancels the other; `.unsupported` where the venue has none.
    /// Answers the target, then the stop.
    func placePair(_ pair: OrderPairRequest) async throws(BrokerError) -> [OrderReport]
    /// Answers the order as it ended. An order that is already over is `.rejected(.unknownOrder)`: ask `order`.
    func cancel(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport
    /// The order as the venue knows it; nil when the venue has never heard of it.
    func order(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport?
    /// Orders that wait at the venue, whoever placed them; of all symbols for nil.
    func openOrders(on symbol: Symbol?) async throws(BrokerError) -> [OrderReport]
    /// Executions of the account on a symbol, oldest first; pages through the venue.
    func fills(_ request: FillRequest) async throws(BrokerError) -> [FillReport]
    /// What happens to the account from now on. `.connected` means: events may have been missed, reconcile now.
    ///
    /// At most `AccountEvent.bufferLimit` events wait; beyond that the stream ends with an error, since neither orders
    /// nor fills may be dropped unseen.
    func accountEvents() -> AsyncThrowingStream<AccountEvent, any Error>
}
