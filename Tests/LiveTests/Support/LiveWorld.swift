import Broker
import Market
import Postgres
import Storage
import TestSupport
import Trading
import Wording

/// A user with accounts at a test exchange and strategies that run on them, in a database of its own.
struct LiveWorld: Sendable {
    static let secretKey = "0123456789abcdef0123456789abcdef"

    let store: Store
    let configuration: PostgresConfiguration
    let user: UserID
    /// The first account.
    let broker: StoredBroker
    /// Of all accounts.
    let strategies: [ActiveStrategy]

    var market: VenueName { broker.marketVenue }
    var pool: PostgresPool { store.pool }

    /// Where a process of its own finds the database.
    var databaseURL: String {
        configuration.keywords.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    }

    /// - Parameters:
    ///   - symbols: on each account one puppet on each, with the slot of its place.
    ///   - database: an empty one of the caller's; nil for one of the server that all tests share.
    static func with<Result: Sendable>(
        _ exchange: LiveExchange, symbols: [String], accounts: Int = 1, database: PostgresConfiguration? = nil,
        _ body: @Sendable (LiveWorld) async throws -> Result
    ) async throws -> Result {
        let configuration: PostgresConfiguration
        if let database { configuration = database } else { configuration = try await ScratchPostgres.database() }
        let pool = PostgresPool(configuration)
        let result: Result
        do {
            let store = Store(pool, vault: try KeyVault(secret: Secret(secretKey)))
            try await store.migrate()
            result = try await body(
                try await make(store, configuration, exchange, symbols, accounts))
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
        if database == nil { try await ScratchPostgres.drop(configuration) }
        return result
    }

    private static func make(
        _ store: Store, _ configuration: PostgresConfiguration, _ exchange: LiveExchange, _ symbols: [String],
        _ accounts: Int
    ) async throws -> LiveWorld {
        let user = try await store.users.add("trader")
        let strategy = try await store.strategies.add(user.id, name: "puppet", timeframe: .m1, source: Puppet.script)
        var brokers: [StoredBroker] = []
        var active: [ActiveStrategy] = []
        for account in 1...accounts {
            let broker = try await store.brokers.add(
                user.id, name: "exchange \(account)", venue: .binance, settings: BrokerSettings(baseURL: exchange.url),
                credentials: BrokerCredentials(key: LiveExchange.key(account), secret: LiveExchange.secret))
            brokers.append(broker)
            for (slot, symbol) in symbols.enumerated() {
                active.append(
                    try await store.activeStrategies.activate(
                        user.id,
                        NewActiveStrategy(
                            name: "puppet \(account) \(slot)", strategy: strategy.id, broker: broker.id,
                            symbol: try Symbol(symbol), timeframe: .m1, parameters: ["slot": "\(slot)"],
                            capital: Money(5000), startsAt: Timestamp(milliseconds: 0))))
            }
        }
        return LiveWorld(
            store: store, configuration: configuration, user: user.id, broker: brokers[0], strategies: active)
    }

    /// Writes what a heartbeat writes when a minute closes on these symbols; answers the newest signal.
    @discardableResult
    func close(_ minute: Timestamp, prices: [String: Double], volume: Double) async throws -> SignalID {
        let candles = try prices.sorted { $0.key < $1.key }.map { symbol, price in
            ClosedCandle(
                key: CandleKey(venue: market, symbol: try Symbol(symbol), timeframe: .m1),
                candle: Candle(
                    openTime: minute, open: price, high: price, low: price, close: price, volume: volume),
                tradeCount: 1, closedAt: Timestamp(milliseconds: minute.milliseconds + 60_000), isSignalled: true)
        }
        _ = try await store.heartbeat.record(HeartbeatPulse(candles: candles))
        return try await store.heartbeat.latestSignal()
    }

    func books(_ exchange: LiveExchange) async throws -> BookComparison {
        BookComparison(
            exchange: try await exchange.books(), stored: try await StoredBooks(pool), start: LiveExchange.start)
    }
}
