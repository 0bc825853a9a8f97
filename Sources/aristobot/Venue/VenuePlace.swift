import BinanceBroker
import Storage
import Wording

/// Which Binance is meant: its own market, its testnet, or a server that speaks the same.
struct VenuePlace: Sendable {
    let environment: BinanceEnvironment
    let isTestnet: Bool
    /// The base URL, where it is none of Binance's own two.
    let baseURL: String?

    /// A URL that is named counts most, then the testnet, then `ARISTOBOT_BINANCE_URL`, then the real market.
    init(isTestnet: Bool, url: String?, configuration: Configuration) throws {
        self.isTestnet = isTestnet && url == nil
        baseURL = url ?? (isTestnet ? nil : configuration.binanceURL)
        if let baseURL {
            environment = try BinanceEnvironment.custom(baseURL: baseURL)
        } else {
            environment = isTestnet ? .testnet : .live
        }
    }

    /// Where an account that was entered before is.
    init(_ settings: BrokerSettings, configuration: Configuration) throws {
        try self.init(isTestnet: settings.isTestnet, url: settings.baseURL, configuration: configuration)
    }

    /// For people: `binance`, `binance testnet` or the URL.
    var name: String { baseURL ?? (isTestnet ? "Binance testnet" : "Binance") }
}
