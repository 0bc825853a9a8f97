import Crypto
import Foundation
import Market
import TestExchange
import Transport
import Wording

/// A test exchange of one market at a price set by hand, with one account.
enum ExchangeFixture {
    static let key = "k0000000000000000000000000000000000000000000000000000000000000001"
    static let secret = "s0000000000000000000000000000000000000000000000000000000000000001"
    static let adminToken = "admin"

    static var options: TestExchangeOptions {
        let setups = MarketDefinition.usual.map { definition in
            MarketSetup(
                definition, source: .manual(start: definition.quote.name == "BTC" ? FixedDecimal("0.05")! : 20_000),
                house: HouseSettings(quantityPerLevel: 1))
        }
        var options = TestExchangeOptions(
            markets: setups,
            accounts: [
                TestExchangeAccount(
                    AccountID(1), keys: [TestExchangeKey(key, .hmac(Secret(secret)))],
                    balances: [Asset("USDT"): 1_000_000, Asset("BTC"): 10, Asset("ETH"): 100])
            ])
        options.adminToken = Secret(adminToken)
        options.stepMilliseconds = 5
        return options
    }

    /// The same with a market that moves by itself and has a past.
    static var synthetic: TestExchangeOptions {
        var options = options
        let market = SyntheticMarket.Options(
            seed: 7, symbol: try! Symbol("BTC/USDT"), timeframe: .m1, count: 2000, hasGaps: false)
        options.markets[0].source = .synthetic(market, history: 500)
        options.markets[0].house.ticksPerCandle = 200
        return options
    }

    /// A query string with its time and signature.
    static func signed(_ parameters: String = "", secret: String = secret, at time: Int64? = nil) -> String {
        let time = time ?? Int64(Date().timeIntervalSince1970 * 1000)
        let payload = (parameters.isEmpty ? "" : parameters + "&") + "timestamp=\(time)"
        return payload + "&signature=" + signature(of: payload, secret: secret)
    }

    static func signature(of payload: String, secret: String = secret) -> String {
        HMAC<SHA256>.authenticationCode(for: Data(payload.utf8), using: SymmetricKey(data: Data(secret.utf8)))
            .map { String(format: "%02x", $0) }.joined()
    }
}
