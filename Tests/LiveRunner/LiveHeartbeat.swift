import BinanceBroker
import Heartbeat
import Logging
import Storage
import Transport
import Wording

/// The heartbeat of the one market that strategies trade on.
struct LiveHeartbeat {
    let store: Store
    let name: String

    /// Until the task is cancelled.
    func run() async throws {
        let demands = try await store.activeStrategies.demands(defaultURL: nil)
        guard let demand = demands.first, let broker = demand.brokers.first else {
            throw StorageError.notFound(Message("no strategy is active", fr: "aucune stratégie n'est active"))
        }
        let http = HTTPClient(HTTPClientOptions())
        let source = try BinanceBroker(
            environment: .custom(baseURL: broker.settings.baseURL ?? ""), credentials: nil, http: http,
            options: BinanceOptions())
        let logger = Logger(label: "heartbeat")
        // Short lives: nobody waits for the usual ten seconds.
        let place = StoredHeartbeatPlace(store, market: demand.market, name: name, life: .seconds(1))
        await HeartbeatRota(market: demand.market, place: place, every: .milliseconds(100), logger: logger).run {
            var options = HeartbeatOptions()
            options.clockEvery = .milliseconds(200)
            await HeartbeatService(
                market: demand.market, source: source,
                shelf: StoredHeartbeat(store, market: demand.market), options: options, logger: logger
            ).run()
        }
        await source.close()
        await http.close()
    }
}
