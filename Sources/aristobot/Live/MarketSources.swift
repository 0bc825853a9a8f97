import BinanceBroker
import Broker
import Storage
import Transport
import Wording

/// The market data of the venues in use, one connection each, shared by heartbeats, paper accounts and history.
actor MarketSources {
    /// Venues that may be open at once; far more than anybody has.
    static let most = 64

    private let configuration: Configuration
    /// Serves every venue and every account of the process.
    nonisolated let http: HTTPClient
    nonisolated let options: BinanceOptions
    private var sources: [String: BinanceBroker] = [:]
    private var isClosed = false

    init(_ configuration: Configuration) {
        self.configuration = configuration
        var client = HTTPClientOptions()
        client.extraAuthorities = configuration.authoritiesFile
        http = HTTPClient(client)
        var venue = BinanceOptions()
        venue.sockets.extraAuthorities = configuration.authoritiesFile
        options = venue
    }

    /// The venue that a broker trades at, or a paper account has its prices from.
    func source(of broker: StoredBroker) throws -> any MarketDataSource {
        try source(at: try VenuePlace(broker.settings, configuration: configuration))
    }

    func source(at place: VenuePlace) throws -> any MarketDataSource {
        guard !isClosed else { throw CancellationError() }
        if let source = sources[place.environment.rest] { return source }
        guard sources.count < Self.most else {
            throw CommandFailure(
                .environment, "more than \(Self.most) venues are in use at once",
                fr: "plus de \(Self.most) places sont utilisées à la fois")
        }
        let source = try BinanceBroker(environment: place.environment, http: http, options: options)
        sources[place.environment.rest] = source
        return source
    }

    /// Ends every stream; accounts that share the HTTP client are closed before.
    func close() async {
        isClosed = true
        let open = sources.values
        sources = [:]
        for source in open { await source.close() }
        await http.close()
    }
}
