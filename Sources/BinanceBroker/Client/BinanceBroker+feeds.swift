import Broker
import Wording

extension BinanceBroker {
    public func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingOldest(MarketEvent.bufferLimit)) { continuation in
            let output = FeedOutput(continuation: continuation, limit: MarketEvent.bufferLimit)
            guard !subscriptions.isEmpty else {
                output.fail(.unsupported(Self.nothingAsked))
                return
            }
            let feed = MarketFeed(
                client: client, catalogue: catalogue, subscriptions: subscriptions, output: output)
            start(feed.run, output)
        }
    }

    public func accountEvents() -> AsyncThrowingStream<AccountEvent, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingOldest(AccountEvent.bufferLimit)) { continuation in
            let output = FeedOutput(continuation: continuation, limit: AccountEvent.bufferLimit)
            guard let signer = client.signer else {
                output.fail(RESTClient.noKeys)
                return
            }
            let feed = AccountFeed(
                client: client, catalogue: catalogue, signer: signer,
                balances: { [self] () async throws(BrokerError) in try await balances() }, output: output)
            start(feed.run, output)
        }
    }

    /// The task ends when nobody reads any more.
    private func start<Event>(_ run: @escaping @Sendable () async -> Void, _ output: FeedOutput<Event>) {
        guard let task = feeds.start(run) else {
            output.fail(.retryable(Self.closed, after: nil))
            return
        }
        output.continuation.onTermination = { _ in task.cancel() }
    }

    private static let nothingAsked = Message(
        "no subscription was asked for: expected at least one", fr: "aucun abonnement demandé : attendu au moins un")
    private static let closed = Message(
        "the connection to Binance is closed", fr: "la connexion à Binance est fermée")
}
