import BinanceBroker
import Broker
import Foundation
import Heartbeat
import Logging
import Market
import Postgres
import Storage
import TestExchange
import TestSupport
import Testing
import Transport
import Wording

/// The heartbeat over a venue's wire, into a real store, faster than time.
@Suite(.timeLimit(.minutes(5))) struct HeartbeatOnExchangeTests {
    private static let market = VenueName.binance
    private static let symbols = ["BTC/USDT", "ETH/USDT"]

    @Test("Through lost, doubled and held trades and broken connections the stored candles are the venue's own")
    func faults() async throws {
        let (options, start) = try Self.exchange(speed: 100)
        try await TestExchangeServer.running(options) { server, address in
            try await Self.running(address.rest) { store, service in
                try await server.inject(Fault("STREAM btcusdt@trade", .loseEvent, probability: 0.02, seed: 1))
                try await server.inject(Fault("STREAM ethusdt@trade", .duplicateEvent, probability: 0.1, seed: 2))
                try await server.inject(Fault("STREAM ethusdt@trade", .holdEvent, probability: 0.02, seed: 3))
                try await Self.reach(10, store, "BTC/USDT")
                try await server.disconnectSockets()
                try await Self.reach(20, store, "BTC/USDT")
                try await server.disconnectSockets(withCloseFrame: true, announced: true)
                for symbol in Self.symbols {
                    try await Self.reach(30, store, symbol)
                    try await Self.compare(symbol, .m1, store, server, from: start)
                    try await Self.compare(symbol, .m5, store, server, from: start)
                }
                let signals = try await store.heartbeat.signals(after: SignalID(0))
                #expect(signals.count > 60)
                #expect(Set(signals.map(\.key.timeframe)).isSuperset(of: [.m1, .m3, .m5, .m10, .m15]))
                #expect(signals.allSatisfy { Timeframe.heartbeat.contains($0.key.timeframe) })
                let status = try #require(try await store.heartbeat.status(Self.market))
                #expect(status.isConnected)
                let followed = await service.condition.symbols.count
                #expect(followed == 2)
            }
        }
    }

    @Test("A second heartbeat goes on where the first one ended, without a hole")
    func restart() async throws {
        let (options, start) = try Self.exchange(speed: 100)
        try await TestExchangeServer.running(options) { server, address in
            try await Self.inStore { store in
                try await Self.running(address.rest, in: store) { _ in
                    try await Self.reach(5, store, "BTC/USDT")
                }
                let ended = try await store.heartbeat.latestSignal()
                try await Self.running(address.rest, in: store) { _ in
                    try await Self.reach(15, store, "BTC/USDT")
                }
                try await Self.compare("BTC/USDT", .m1, store, server, from: start)
                let signals = try await store.heartbeat.signals(after: ended)
                #expect(!signals.isEmpty)
            }
        }
    }

    // MARK: Scenes

    private static func exchange(speed: Double) throws -> (TestExchangeOptions, Timestamp) {
        let wall = Store.systemTime()
        let start = Timeframe.h1.openTime(containing: wall)
        let markets = try MarketDefinition.usual.prefix(2).enumerated().map { number, definition in
            MarketSetup(
                definition,
                source: .synthetic(
                    SyntheticMarket.Options(
                        seed: UInt64(number + 1), symbol: try Symbol(symbols[number]), timeframe: .m1, start: start,
                        count: 100_000, hasGaps: false),
                    history: 60))
        }
        var options = TestExchangeOptions(markets: markets, accounts: [])
        options.clock = ExchangeClock(start: start, wallStart: wall, speed: speed)
        options.limits = .unlimited
        return (options, start)
    }

    private static func inStore(_ body: (Store) async throws -> Void) async throws {
        try await ScratchPostgres.withPool(size: 6) { pool in
            let store = Store(pool)
            try await store.migrate()
            try await body(store)
        }
    }

    private static func running(
        _ url: String, _ body: (Store, HeartbeatService) async throws -> Void
    ) async throws {
        try await inStore { store in
            try await running(url, in: store) { try await body(store, $0) }
        }
    }

    private static func running(
        _ url: String, in store: Store, _ body: (HeartbeatService) async throws -> Void
    ) async throws {
        let http = HTTPClient(HTTPClientOptions())
        let source = try BinanceBroker(
            environment: try .custom(baseURL: url), credentials: nil, http: http, options: BinanceOptions())
        var options = HeartbeatOptions()
        options.clockEvery = .milliseconds(200)
        let service = HeartbeatService(
            market: market, source: source, shelf: Shelf(store: StoredHeartbeat(store, market: market)),
            options: options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result: Result<Void, any Error> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(service))
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            return result
        }
        await source.close()
        await http.close()
        try result.get()
    }

    /// The store, with strategies that need both markets.
    private struct Shelf: HeartbeatShelf {
        let store: StoredHeartbeat

        func record(_ pulse: HeartbeatPulse) async throws -> [ClosedCandle] { try await store.record(pulse) }
        func minutes(of symbol: Symbol, last count: Int) async throws -> [Candle] {
            try await store.minutes(of: symbol, last: count)
        }
        func symbols() async throws -> Set<Symbol> { Set(try HeartbeatOnExchangeTests.symbols.map { try Symbol($0) }) }
        func watch(_ changed: @Sendable () -> Void) async throws { try await store.watch(changed) }
        func publish(_ json: String) async throws { try await store.publish(json) }
    }

    // MARK: What came of it

    private static func stored(_ symbol: String, _ timeframe: Timeframe, _ store: Store) async throws -> [Candle] {
        try await store.heartbeat.history(
            CandleKey(venue: market, symbol: try Symbol(symbol), timeframe: timeframe), last: 10_000)
    }

    private static func reach(_ count: Int, _ store: Store, _ symbol: String) async throws {
        let isThere = try await eventually(within: .seconds(90)) {
            try await stored(symbol, .m1, store).count >= count
        }
        #expect(isThere, "\(count) minutes of \(symbol)")
    }

    /// Every stored candle against the exchange's own, without a hole between them.
    private static func compare(
        _ symbol: String, _ timeframe: Timeframe, _ store: Store, _ server: TestExchangeServer, from start: Timestamp
    ) async throws {
        let ours = try await stored(symbol, timeframe, store)
        let interval = try #require(KlineInterval(rawValue: timeframe.rawValue))
        let name = symbol.filter { $0 != "/" }
        let venue = try await server.withExchange { core -> [Timestamp: Kline] in
            guard let id = core.market(named: name) else { return [:] }
            let klines = core.klines(
                id, interval, start: Timestamp(milliseconds: start.milliseconds - 86_400_000), limit: 1000)
            return Dictionary(uniqueKeysWithValues: klines.map { ($0.openTime, $0) })
        }
        #expect(!ours.isEmpty)
        let length = timeframe.milliseconds
        #expect(
            zip(ours, ours.dropFirst()).allSatisfy { $0.openTime.milliseconds + length == $1.openTime.milliseconds })
        for candle in ours {
            let kline = try #require(venue[candle.openTime], "\(symbol) \(timeframe) \(candle.openTime)")
            let prices = [kline.open, kline.high, kline.low, kline.close].map(\.double)
            #expect([candle.open, candle.high, candle.low, candle.close] == prices, "\(symbol) \(candle.openTime)")
            #expect(abs(candle.volume - kline.volume.double) <= 1e-9 * kline.volume.double)
        }
    }
}
