import Broker
import Market
import Transport
import Wording

/// Binance spot: one account, or the market data alone where no keys are given.
///
/// Owns its budget under the venue's limits. The `HTTPClient` belongs to whoever made it; it may serve many brokers.
public final class BinanceBroker: Broker {
    public let venue: VenueName = .binance
    public let environment: BinanceEnvironment
    public let capabilities: BrokerCapabilities

    let client: RESTClient
    let catalogue: MarketCatalogue
    let feeds = FeedRegistry()

    /// - Parameters:
    ///   - credentials: an HMAC secret, or an Ed25519 private key in PEM (PKCS#8); nil for market data alone.
    ///   - clock: this machine's, since 1970.
    ///
    /// `.unauthorised` for keys that cannot be right.
    public init(
        environment: BinanceEnvironment, credentials: BrokerCredentials? = nil, http: HTTPClient,
        options: BinanceOptions = BinanceOptions(), clock: TransportClock = .wall()
    ) throws(BrokerError) {
        var signer: RequestSigner?
        if let credentials { signer = try RequestSigner(credentials) }
        self.environment = environment
        client = RESTClient(
            environment: environment, signer: signer, http: http, clock: VenueClock(machine: clock), options: options)
        catalogue = MarketCatalogue(client: client)
        capabilities = BrokerCapabilities(
            orderKinds: Set(OrderKindName.allCases), hasOrderPairs: true, hasQuoteAmounts: true,
            timeframes: Set(Timeframe.allCases), isRealMoney: environment.isRealMoney, hasAccount: signer != nil)
    }

    /// Markets of the venue that have no `Symbol`, because an asset's name is not of ASCII letters and digits; they are
    /// not among `instruments`.
    public func leftOutMarkets() async throws(BrokerError) -> Int {
        try await catalogue.book(noOlderThan: client.options.marketsValidity).leftOut
    }

    /// How far the venue's clock is ahead of this machine's, asked now, and how uncertain that is.
    public func clockOffset() async throws(BrokerError) -> (milliseconds: Int64, uncertainty: Int64) {
        try await client.synchronise()
        let offset = try await client.offset()
        return (offset.milliseconds, offset.uncertainty)
    }

    public func close() async {
        client.budget.close()
        await feeds.close()
    }
}
