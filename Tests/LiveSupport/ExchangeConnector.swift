import BinanceBroker
import Broker
import Engine
import Storage
import Transport

/// Connects accounts at test exchanges, for engines in a test's process and in processes of their own.
public final class ExchangeConnector: AccountConnector {
    private let store: Store
    private let http = HTTPClient(HTTPClientOptions())
    private let options: BinanceOptions

    /// - Parameter timeout: how long one request is waited for; nil for what users have.
    public init(store: Store, timeout: Duration? = nil) {
        self.store = store
        var options = BinanceOptions()
        if let timeout { options.timeout = timeout }
        self.options = options
    }

    public func connect(_ broker: StoredBroker) async throws -> any Broker {
        try BinanceBroker(
            environment: .custom(baseURL: broker.settings.baseURL ?? ""),
            credentials: try await store.brokers.credentials(broker.user, broker.id), http: http, options: options)
    }

    public func close() async { await http.close() }
}
