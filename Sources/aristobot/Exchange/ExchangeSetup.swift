import Foundation
import Market
import TestExchange
import Wording

/// A test exchange as the options describe it: its markets, its clock, one account with one key.
struct ExchangeSetup {
    static let keyVariable = "ARISTOBOT_EXCHANGE_KEY"
    static let secretVariable = "ARISTOBOT_EXCHANGE_SECRET"
    static let adminVariable = "ARISTOBOT_EXCHANGE_ADMIN_TOKEN"
    static let usualPort = 8790

    let options: TestExchangeOptions
    let symbols: [Symbol]
    /// The name of the account's key.
    let key: String
    /// Nil for a public Ed25519 key, whose private half the exchange does not know.
    let secret: Secret?
    /// Whether key and secret were made here, so that nobody knows them yet.
    let isKeyNew: Bool

    init(_ named: ExchangeOptions) throws {
        let prices = try ExchangePrices(named)
        let account = try Self.account(named)
        var options = TestExchangeOptions(markets: prices.markets, accounts: [account.account])
        options.port = named.port ?? Self.usualPort
        options.clock = prices.clock
        options.faults = named.faults
        options.clockSkewMilliseconds = Int64(named.clockSkew ?? 0)
        options.adminToken = Self.value(Self.adminVariable).map(Secret.init)
        if let chain = named.certificate, let key = named.certificateKey {
            options.tls = TLSFiles(certificateChain: chain, privateKey: key)
        }
        self.options = options
        symbols = prices.symbols
        key = account.key
        secret = account.secret
        isKeyNew = account.isNew
    }

    private static func value(_ variable: String) -> String? {
        Console.environment(variable).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func account(
        _ named: ExchangeOptions
    ) throws -> (account: TestExchangeAccount, key: String, secret: Secret?, isNew: Bool) {
        var balances: [Asset: FixedDecimal] = [:]
        for balance in named.balances { balances[balance.asset] = balance.amount }
        if balances.isEmpty { balances = [Asset("USDT"): 100_000, Asset("BTC"): 10, Asset("ETH"): 100] }
        var settings = AccountSettings()
        if let fee = named.exchangeFee { settings.commission = CommissionRates(maker: fee, taker: fee) }
        let (key, secret, isNew) = try key()
        let account = TestExchangeAccount(AccountID(1), keys: [key], balances: balances, settings: settings)
        return (account, key.name, secret, isNew)
    }

    /// The key of the environment, whose secret is an HMAC secret or a public Ed25519 key; else a new one.
    private static func key() throws -> (TestExchangeKey, Secret?, Bool) {
        guard let name = value(keyVariable) else {
            var generator = SystemRandomNumberGenerator()
            let new = TestExchangeKey.random(using: &generator)
            return (new.key, new.secret, true)
        }
        guard let text = value(secretVariable) else {
            throw CommandFailure(
                .usage,
                "\(keyVariable) is set and \(secretVariable) is not: set both, the secret to an HMAC secret or to a "
                    + "public Ed25519 key in PEM",
                fr: "\(keyVariable) est définie et \(secretVariable) ne l'est pas : définissez les deux, le secret "
                    + "étant un secret HMAC ou une clé publique Ed25519 en PEM")
        }
        guard text.contains("-----BEGIN") else {
            return (TestExchangeKey(name, .hmac(Secret(text))), Secret(text), false)
        }
        guard let material = KeyMaterial.ed25519(text: text) else {
            throw CommandFailure(
                .usage, "\(secretVariable) is no public Ed25519 key in PEM",
                fr: "\(secretVariable) n'est pas une clé publique Ed25519 en PEM")
        }
        return (TestExchangeKey(name, material), nil, false)
    }
}
