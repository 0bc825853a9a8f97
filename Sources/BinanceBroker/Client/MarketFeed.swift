import Broker
import Market
import Synchronization
import Transport
import Wording

/// Performs one caller's market subscriptions over as many connections as they need.
struct MarketFeed: Sendable {
    let client: RESTClient
    let catalogue: MarketCatalogue
    let subscriptions: [MarketSubscription]
    let output: FeedOutput<MarketEvent>

    /// How a connection ended.
    private enum End {
        case over
        /// Begin it anew after this long.
        case again(after: Duration)
    }

    /// Ends with the task, or with an error that no repetition mends.
    func run() async {
        guard let (plan, book) = await plan() else { return }
        let state = Shared(MarketFeedState(plan: plan, book: book))
        await withTaskGroup(of: Void.self) { group in
            for (index, connection) in plan.connections.enumerated() {
                group.addTask { await follow(connection, index, state) }
            }
            // One that is over for good takes the rest with it.
            await group.next()
            group.cancelAll()
        }
        output.continuation.finish()
    }

    private final class Shared: Sendable {
        let state: Mutex<MarketFeedState>

        init(_ state: MarketFeedState) {
            self.state = Mutex(state)
        }
    }

    /// The markets must be known before their streams can be named; asks until the venue answers.
    private func plan() async -> (StreamPlan, MarketBook)? {
        var wait = Duration.seconds(1)
        while !Task.isCancelled {
            do throws(BrokerError) {
                var named: [(market: VenueMarket, MarketSubscription)] = []
                for subscription in subscriptions {
                    switch subscription {
                    case .trades(let symbol), .candles(let symbol, _):
                        named.append((try await catalogue.market(symbol), subscription))
                    }
                }
                let book = try await catalogue.book(noOlderThan: client.options.marketsValidity)
                return (StreamPlan(named), book)
            } catch .retryable(let message, let after) {
                guard output.send([.disconnected(message)]) else { return nil }
                await FeedConnection.wait(max(wait, after ?? .zero), client.clock)
                wait = min(wait * 2, .seconds(30))
            } catch {
                output.fail(error)
                return nil
            }
        }
        output.continuation.finish()
        return nil
    }

    private func follow(_ connection: StreamPlan.Connection, _ index: Int, _ shared: Shared) async {
        while !Task.isCancelled {
            let session = session(connection)
            session.start()
            let end = await serve(session, index, shared)
            await session.close()
            guard case .again(let wait) = end else { return }
            await FeedConnection.wait(wait, client.clock)
        }
    }

    private func session(_ connection: StreamPlan.Connection) -> WebSocketSession {
        let messages = connection.messages.enumerated().map { index, streams in
            StreamPlan.Connection.subscribing(streams, id: Int64(index + 1))
        }
        let lastID = Int64(messages.count)
        let isLastAcknowledged: @Sendable (String) -> Bool = { text in
            Self.message(text) == .acknowledged(id: lastID)
        }
        var options = FeedConnection.session(client.environment.streams + connection.path, client.options)
        options.openingMessages = { messages }
        if !messages.isEmpty { options.isReady = isLastAcknowledged }
        return WebSocketSession(options)
    }

    /// Nil for a text that cannot be read.
    private static func message(_ text: String) -> StreamMessage? {
        do {
            return try StreamMessage(try JSONDocument(text))
        } catch {
            return nil
        }
    }

    private func serve(_ session: WebSocketSession, _ index: Int, _ shared: Shared) async -> End {
        var isConnected = false
        while let event = await session.next() {
            let events: [MarketEvent]
            switch event {
            case .connected(_, let isRenewal):
                isConnected = true
                events = isRenewal ? [] : shared.state.withLock { $0.connected(index) }
            // A renewal that fails: the connection of before goes on.
            case .retrying where isConnected: events = []
            case .disconnected(let failure), .retrying(_, _, let failure):
                isConnected = false
                events = shared.state.withLock { $0.lost(index, FeedConnection.words(failure)) }
            case .text(let text, _):
                guard let message = Self.message(text) else {
                    let words = RESTClient.unreadable(.notJSON).message
                    _ = output.send(shared.state.withLock { $0.lost(index, words) })
                    return .again(after: .seconds(1))
                }
                if case .refused(_, let why) = message {
                    output.fail(
                        .rejected(
                            .other,
                            Message(
                                "Binance refused a subscription: \(why)", fr: "Binance a refusé un abonnement : \(why)")
                        ))
                    return .over
                }
                events = shared.state.withLock { $0.take(message) }
            }
            guard output.send(events) else { return .over }
        }
        return .over
    }
}
