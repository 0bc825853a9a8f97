import Broker
import Crypto

extension StoredBroker {
    /// Under which name candles and signals of the broker's market are kept; that of a paper account is the market
    /// whose prices it takes.
    public var marketVenue: VenueName { marketVenue(defaultURL: nil) }

    /// - Parameter defaultURL: where a broker is that names no server of its own and is no testnet's.
    public func marketVenue(defaultURL: String?) -> VenueName {
        if let named = settings.options["market"].flatMap(VenueName.init) { return named }
        if let url = settings.baseURL ?? (settings.isTestnet ? nil : defaultURL) { return Self.market(of: url) }
        return settings.isTestnet ? Self.testnet : .binance
    }

    /// As `aristobot candles fetch --testnet` keeps them.
    private static let testnet = VenueName("binance-testnet") ?? .binance

    /// The same for the same server, with or without a slash at the end.
    private static func market(of url: String) -> VenueName {
        var text = url.lowercased()
        while text.hasSuffix("/") { text.removeLast() }
        let digits = Array("0123456789abcdef")
        let hash = SHA256.hash(data: Array(text.utf8)).prefix(4).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return VenueName("venue-" + String(hash)) ?? .binance
    }
}
