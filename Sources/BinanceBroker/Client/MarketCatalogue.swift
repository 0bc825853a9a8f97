import Broker
import Market
import Transport
import Wording

/// The venue's list of markets, kept for a while; one question at a time, however many ask.
actor MarketCatalogue {
    /// An unknown symbol, or an order that the rules known here refuse, is worth a new look after this long.
    static let doubtfulAfter = Duration.seconds(60)

    private let client: RESTClient
    private var kept: (book: MarketBook, at: Duration)?
    private var loading: Task<Result<MarketBook, BrokerError>, Never>?

    init(client: RESTClient) {
        self.client = client
    }

    /// The list, asked for anew when it is older than `age`.
    func book(noOlderThan age: Duration) async throws(BrokerError) -> MarketBook {
        if let kept {
            let since = client.clock.machine.now() - kept.at
            // A clock that was set back makes everything old.
            if since < age, since >= .zero { return kept.book }
        }
        // Stays with the first who asked: the others would only ask the same again.
        let task = loading ?? Task { [client] in await Self.load(client) }
        loading = task
        let result = await task.value
        if loading == task {
            loading = nil
            if case .success(let book) = result { kept = (book, client.clock.machine.now()) }
        }
        return try result.get()
    }

    private static func load(_ client: RESTClient) async -> Result<MarketBook, BrokerError> {
        do throws(BrokerError) {
            let reply = try await client.reply(.open("/exchangeInfo", weight: 20)) {
                document throws(UnreadableReply) in
                try ExchangeInfoReply(document)
            }
            client.budget.set(reply.limits)
            return .success(reply.book)
        } catch {
            return .failure(error)
        }
    }

    /// The market of a symbol. An old list serves where the venue does not give a new one.
    func market(_ symbol: Symbol, noOlderThan age: Duration? = nil) async throws(BrokerError) -> VenueMarket {
        let wanted = age ?? client.options.marketsValidity
        let book: MarketBook
        do throws(BrokerError) {
            book = try await self.book(noOlderThan: wanted)
        } catch {
            guard let old = kept?.book else { throw error }
            book = old
        }
        if let market = book[symbol] { return market }
        guard wanted > Self.doubtfulAfter else { throw Self.unknown(symbol) }
        return try await market(symbol, noOlderThan: Self.doubtfulAfter)
    }

    private static func unknown(_ symbol: Symbol) -> BrokerError {
        .rejected(
            .unknownSymbol,
            Message("Binance has no market \(symbol)", fr: "Binance n'a pas de marché \(symbol)"))
    }
}
