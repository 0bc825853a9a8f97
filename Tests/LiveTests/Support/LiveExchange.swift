import Market
import Storage
import TestExchange
import TestSupport
import Wording

/// A test exchange of this process over loopback, with one account or several and prices that the test sets.
struct LiveExchange: Sendable {
    /// The first one.
    static let account = AccountID(1)
    static let key = key(1)
    static func key(_ account: Int) -> String { "key-of-trader-\(account)" }
    static let secret = Secret("secretOfTheTrader0123456789")
    static let start: [String: FixedDecimal] = ["USDT": 1_000_000, "BTC": 0, "ETH": 0]

    let server: TestExchangeServer
    let url: String
    let accounts: Int

    /// - Parameters:
    ///   - depth: base on each level of the book; less than an order wants makes several fills of it.
    ///   - watched: a market that holds neither stops nor pairs, so that whoever trades there watches them.
    static func running<Result: Sendable>(
        prices: [String: FixedDecimal] = ["BTCUSDT": 1000, "ETHUSDT": 100], depth: FixedDecimal = 1,
        accounts: Int = 1, watched: String? = nil, _ body: @Sendable (LiveExchange) async throws -> Result
    ) async throws -> Result {
        let markets = MarketDefinition.usual.prefix(2).map { usual in
            var definition = usual
            if definition.name == watched {
                definition.orderKinds = [.market, .limit, .limitMaker]
                definition.allowsOCO = false
            }
            return MarketSetup(
                definition, source: .manual(start: prices[definition.name] ?? 100),
                house: HouseSettings(quantityPerLevel: depth))
        }
        var options = TestExchangeOptions(
            markets: markets,
            accounts: (1...accounts).map { number in
                TestExchangeAccount(
                    AccountID(Int64(number)), keys: [TestExchangeKey(key(number), .hmac(secret))],
                    balances: Dictionary(uniqueKeysWithValues: start.map { (Asset($0.key), $0.value) }))
            })
        options.settings.historyPerAccount = 1_000_000
        // Hundreds of engines begin and ask for everything, which a venue would not allow one address.
        options.limits = .unlimited
        return try await TestExchangeServer.running(options) { server, address in
            try await body(LiveExchange(server: server, url: address.rest, accounts: accounts))
        }
    }

    func setPrice(_ price: FixedDecimal, of market: String) async throws {
        try await server.withExchange { core in
            guard let id = core.market(named: market) else { throw BookError(text: market) }
            try core.setPrice(price, of: id, now: core.now)
        }
    }

    func lastPrice(_ market: String) async throws -> FixedDecimal {
        try await server.withExchange { core in
            core.market(named: market).flatMap { core.lastPrice($0) } ?? .zero
        }
    }

    /// Of all accounts.
    func openOrders() async throws -> Int {
        let accounts = accounts
        return try await server.withExchange { core in
            try (1...accounts).reduce(0) {
                try $0 + core.openOrders(market: nil, account: AccountID(Int64($1))).count
            }
        }
    }

    /// Of the first account.
    func books() async throws -> ExchangeBooks {
        try await server.withExchange { try ExchangeBooks($0, account: Self.account) }
    }
}
