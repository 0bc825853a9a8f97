import BinanceBroker
import Broker
import Engine
import Storage
import Wording

/// Connects to the accounts that users have entered: paper, Binance, its testnet, or a server that speaks the same.
struct BrokerConnector: AccountConnector {
    let services: Services
    let sources: MarketSources

    /// The caller closes the broker; the market data behind a paper account stays open for others.
    func connect(_ stored: StoredBroker) async throws -> any Broker {
        if stored.venue == .paper {
            return try await PaperAccounts.open(stored, prices: try await sources.source(of: stored), services)
        }
        let credentials = try await services.store.brokers.credentials(stored.user, stored.id)
        guard credentials != nil else {
            throw BrokerError.unauthorised(
                Message(
                    "broker \(stored.name) has no keys, only market data: enter it again with its keys",
                    fr: "le broker \(stored.name) n'a pas de clés, seulement les données de marché : saisissez-le à "
                        + "nouveau avec ses clés"))
        }
        let place = try VenuePlace(stored.settings, configuration: services.configuration)
        return try BinanceBroker(
            environment: place.environment, credentials: credentials, http: sources.http, options: sources.options)
    }
}
