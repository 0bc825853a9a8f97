import BinanceBroker
import Broker
import Crypto
import Foundation
import Market
import Storage
import TestExchange
import TestSupport
import Transport
import Wording

/// The Binance connector over a test exchange of this process.
final class ExchangeVenue: VenueUnderTest {
    enum Signature: String, Sendable {
        case hmac, ed25519
    }

    private let server: TestExchangeServer
    private let connection: Connection
    private let keyName: String
    private let signature: Signature
    let broker: any Broker

    static let abilities: [Ability: String?] = [
        .partialFills: nil,
        .clientIDsForEver: "the venue refuses a client id among open orders only",
        .connection: nil,
        .keys: nil,
        .clock: nil,
        .maintenance: nil,
        .trades: nil,
        .store: "the venue keeps the account itself",
    ]

    /// How the exchange is reached, and what is made there for each broker.
    /// For hundreds of brokers at once on a busy machine: their orders may leave later than an engine's.
    static let patient: BinanceOptions = {
        var options = BinanceOptions()
        options.longestOrderDelay = options.longestTurn
        return options
    }()

    private struct Connection: Sendable {
        let environment: BinanceEnvironment
        let http: HTTPClient
        let authority: String?

        func broker(_ credentials: BrokerCredentials?) throws -> BinanceBroker {
            var options = ExchangeVenue.patient
            options.sockets.extraAuthorities = authority
            return try BinanceBroker(
                environment: environment, credentials: credentials, http: http, options: options)
        }
    }

    private init(
        _ server: TestExchangeServer, _ connection: Connection, _ signature: Signature, keyName: String,
        _ broker: any Broker
    ) {
        self.signature = signature
        self.server = server
        self.connection = connection
        self.keyName = keyName
        self.broker = broker
    }

    /// Market data without an account, as the paper broker takes it.
    static func marketData(
        _ body: @Sendable (_ venue: ExchangeVenue, _ market: any Broker) async throws -> Void
    ) async throws {
        try await with(.hmac, isSecure: false) { venue in
            let market = try await venue.other(.none)
            try await body(venue, market)
            await market.close()
        }
    }

    static func with(
        _ signature: Signature, isSecure: Bool, _ body: @Sendable (ExchangeVenue) async throws -> Void
    ) async throws {
        let credentials: BrokerCredentials
        let material: KeyMaterial
        switch signature {
        case .hmac:
            credentials = BrokerCredentials(key: "key-of-the-trader", secret: Secret("secretOfTheTrader0123456789"))
            material = .hmac(credentials.secret)
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            credentials = BrokerCredentials(key: "key-of-the-trader", secret: Secret(Self.pem(key)))
            material = .ed25519(Array(key.publicKey.rawRepresentation))
        }
        var options = TestExchangeOptions(
            markets: [
                MarketSetup(
                    MarketDefinition.usual[0], source: .candles(try VenueCandles.before(Store.systemTime()))),
                MarketSetup(MarketDefinition.usual[1], source: .manual(start: 100)),
            ],
            accounts: [
                TestExchangeAccount(
                    AccountID(1), keys: [TestExchangeKey(credentials.key, material)],
                    balances: [Asset("USDT"): 10_000, Asset("BTC"): 10])
            ])
        var clientOptions = HTTPClientOptions()
        if isSecure {
            let identity = try LoopbackTLS.shared.get().identity
            options.tls = TLSFiles(certificateChain: identity.certificate, privateKey: identity.key)
            clientOptions.extraAuthorities = try LoopbackTLS.shared.get().authority.file
        }
        let http = HTTPClient(clientOptions)
        let authority = clientOptions.extraAuthorities
        try await TestExchangeServer.running(options) { server, address in
            let connection = Connection(
                environment: try .custom(baseURL: address.rest), http: http, authority: authority)
            let broker = try connection.broker(credentials)
            try await body(ExchangeVenue(server, connection, signature, keyName: credentials.key, broker))
            await broker.close()
        }
        await http.close()
    }

    private static func otherSecret(_ signature: Signature) -> Secret {
        switch signature {
        case .hmac: Secret("secretOfSomebodyElse0123456")
        case .ed25519: Secret(pem(Curve25519.Signing.PrivateKey()))
        }
    }

    /// PKCS#8, as OpenSSL writes it: 16 bytes of a fixed head (RFC 8410), then the 32 of the key.
    private static func pem(_ key: Curve25519.Signing.PrivateKey) -> String {
        let head: [UInt8] = [
            0x30, 0x2E, 0x02, 0x01, 0, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ]
        let text = Data(head + key.rawRepresentation).base64EncodedString()
        return "-----BEGIN PRIVATE KEY-----\n\(text)\n-----END PRIVATE KEY-----\n"
    }

    private static func bitcoin(_ core: ExchangeCore) throws -> MarketID {
        guard let market = core.market(named: "BTCUSDT") else { throw CancellationError() }
        return market
    }

    func setPrice(_ price: FixedDecimal) async throws {
        try await server.withExchange { core in
            try core.setPrice(price, of: try Self.bitcoin(core), now: core.now)
        }
    }

    func settle() async throws {}

    func setTrading(_ isTrading: Bool) async throws {
        try await server.withExchange { core in
            try core.setStatus(isTrading ? .trading : .halt, of: try Self.bitcoin(core), now: core.now)
        }
        // The connector learns of it when it lists the markets anew, a minute later at the latest.
        _ = try await broker.instruments()
    }

    func inject(_ fault: VenueFault) async throws {
        let order = "POST /api/v3/order"
        let account = "GET /api/v3/account"
        switch fault {
        case .orderReplyLost: try await add(Fault(order, .loseReply, times: 1))
        case .orderStatusUnknown: try await add(Fault(order, .statusUnknown(status: 504), times: 1))
        case .orderNeverArrives: try await add(Fault(order, .disconnect, times: 1))
        case .orderAnsweredByHTML: try await add(Fault(order, .html(status: 502), times: 1))
        case .queryAnsweredByHTML: try await add(Fault(account, .html(status: 200), times: 1))
        case .queryFailsTwice:
            try await add(
                Fault(account, .refuse(status: 503, code: -1000, text: "busy", retryAfter: nil), times: 2))
        case .queryOverLimit: try await add(Fault(account, Self.overLimit, times: 1))
        case .orderOverLimit: try await add(Fault(order, Self.overLimit, times: 1))
        case .clockAhead(let milliseconds): try await server.setClockSkew(milliseconds)
        case .streamsCut: _ = try await server.disconnectSockets()
        case .eventsTwice: try await add(Fault("EVENT executionReport", .duplicateEvent))
        case .halfFills:
            try await server.withExchange { core in
                core.forcePartialFills(fraction: FixedDecimal("0.5")!, orders: 1, hold: 60_000)
            }
        case .maintenance: try await server.withExchange { $0.setMaintenance(true, now: $0.now) }
        case .keysRevoked: try await server.setKey(keyName, revoked: true)
        case .storeUnavailable: break
        }
    }

    private static let overLimit = Fault.Effect.refuse(
        status: 429, code: -1003, text: "Too much request weight used.", retryAfter: 1)

    private func add(_ fault: Fault) async throws { _ = try await server.inject(fault) }

    func other(_ keys: OtherKeys) async throws -> any Broker {
        switch keys {
        case .none: try connection.broker(nil)
        case .wrongSecret: try connection.broker(BrokerCredentials(key: keyName, secret: Self.otherSecret(signature)))
        case .unknown: try connection.broker(BrokerCredentials(key: "nobody", secret: Self.otherSecret(signature)))
        }
    }
}

/// One authority and one certificate for all secure venues of the tests.
struct LoopbackTLS: Sendable {
    let authority: TestAuthority
    let identity: TestAuthority.Identity

    static let shared = Result {
        let authority = try TestAuthority()
        try authority.removeAtEnd()
        return LoopbackTLS(authority: authority, identity: try authority.identity())
    }
}
