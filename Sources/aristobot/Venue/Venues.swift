import BinanceBroker
import Broker
import Transport
import Wording

/// Connections to venues for the length of a command.
enum Venues {
    /// Opens a connection and closes it after `body`, however that ends. With `patience`, a call is sent once and
    /// waited for so long.
    nonisolated(nonsending) static func with<Value>(
        _ place: VenuePlace, credentials: BrokerCredentials? = nil, configuration: Configuration,
        patience: Duration? = nil, _ body: (BinanceBroker) async throws -> Value
    ) async throws -> Value {
        var options = HTTPClientOptions()
        options.extraAuthorities = configuration.authoritiesFile
        var venue = BinanceOptions()
        venue.sockets.extraAuthorities = configuration.authoritiesFile
        // By hand: nobody takes over and sends it again.
        venue.longestOrderDelay = venue.longestTurn
        if let patience {
            options.connectTimeout = patience
            options.timeout = patience
            venue.timeout = patience
            venue.attempts = 1
        }
        let http = HTTPClient(options)
        do {
            let broker = try BinanceBroker(
                environment: place.environment, credentials: credentials, http: http, options: venue)
            do {
                let value = try await body(broker)
                await broker.close()
                await http.close()
                return value
            } catch {
                await broker.close()
                throw error
            }
        } catch {
            await http.close()
            throw error
        }
    }
}
