import Market
import Wording

/// Everything a test exchange is started with.
public struct TestExchangeOptions: Sendable {
    /// Listens on this machine only unless told otherwise.
    public var host = "127.0.0.1"
    /// 0 lets the system choose; `TestExchangeServer.address()` tells which.
    public var port = 0
    public var tls: TLSFiles?
    public var markets: [MarketSetup]
    public var settings = ExchangeSettings()
    public var accounts: [TestExchangeAccount]
    /// nil is the wall clock; with any other speed than 1, `timestamp` and `recvWindow` of requests are not checked.
    public var clock: ExchangeClock?
    public var limits = VenueLimits()
    public var faults: [Fault] = []
    /// What the admin endpoints ask for in the header `X-Admin-Token`; nil makes one.
    public var adminToken: Secret?
    /// How far the venue's clock shows a later time than the market has, in milliseconds; it may be negative.
    public var clockSkewMilliseconds: Int64 = 0
    /// How often prices move and streams speak, in milliseconds; 1 to 1000.
    public var stepMilliseconds = 10
    public var pingEveryMilliseconds: Int64 = 20_000
    public var pongWithinMilliseconds: Int64 = 60_000
    /// After so long a WebSocket is closed: 24 hours.
    public var connectionLifeMilliseconds: Int64 = 86_400_000
    /// Bytes that may wait for a client that reads slowly, before it is cut off.
    public var slowClientBytes = 8 << 20
    /// Open connections; one more is closed at once.
    public var mostConnections = 10_000

    public init(markets: [MarketSetup], accounts: [TestExchangeAccount]) {
        self.markets = markets
        self.accounts = accounts
    }
}

/// The certificate chain and the private key of a server, both in PEM.
public struct TLSFiles: Sendable, Hashable {
    public var certificateChain: String
    public var privateKey: String

    public init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}

/// An account of a test exchange with its keys and what it starts with.
public struct TestExchangeAccount: Sendable {
    public var id: AccountID
    public var keys: [TestExchangeKey]
    public var balances: [Asset: FixedDecimal]
    public var settings: AccountSettings

    public init(
        _ id: AccountID, keys: [TestExchangeKey], balances: [Asset: FixedDecimal],
        settings: AccountSettings = AccountSettings()
    ) {
        self.id = id
        self.keys = keys
        self.balances = balances
        self.settings = settings
    }
}

/// A key of an account: its public name, sent as `X-MBX-APIKEY`, and what its signatures are checked with.
public struct TestExchangeKey: Sendable {
    /// Letters and digits, at most 128.
    public var name: String
    public var material: KeyMaterial
    /// False for a key that may only look.
    public var mayTrade: Bool

    public init(_ name: String, _ material: KeyMaterial, mayTrade: Bool = true) {
        self.name = name
        self.material = material
        self.mayTrade = mayTrade
    }

    /// A new key of 64 random letters and digits, and its secret of the same kind.
    public static func random(
        using generator: inout some RandomNumberGenerator, mayTrade: Bool = true
    ) -> (key: TestExchangeKey, secret: Secret) {
        let secret = Secret(randomText(64, using: &generator))
        return (TestExchangeKey(randomText(64, using: &generator), .hmac(secret), mayTrade: mayTrade), secret)
    }

    static func randomText(_ length: Int, using generator: inout some RandomNumberGenerator) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }
}

/// Where a running test exchange is reached.
public struct TestExchangeAddress: Sendable, Hashable {
    public let host: String
    public let port: Int
    public let isSecure: Bool

    /// Base of REST, such as `http://127.0.0.1:8080`; the value of `ARISTOBOT_BINANCE_URL`.
    public var rest: String { "\(isSecure ? "https" : "http")://\(host):\(port)" }
    /// Base of the market streams; `/ws/<stream>` or `/stream?streams=` comes behind it.
    public var streams: String { "\(isSecure ? "wss" : "ws")://\(host):\(port)" }
    public var socketAPI: String { streams + "/ws-api/v3" }
}

/// Why a test exchange cannot run.
public struct TestExchangeError: ExplainedError, Hashable {
    public let message: Message
}
