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

    @Test("Through lost, doubled and held trades and broken connections the stored candles are the venue's own")
    func faults() async throws {
        let (options, start) = try VenueCandles.exchange(speed: 100)
        try await TestExchangeServer.running(options) { server, address in
            try await Self.running(address.rest) { store, service in
                let kept = VenueCandles(market: Self.market, store: store)
                try await server.inject(Fault("STREAM btcusdt@trade", .loseEvent, probability: 0.02, seed: 1))
                try await server.inject(Fault("STREAM ethusdt@trade", .duplicateEvent, probability: 0.1, seed: 2))
                try await server.inject(Fault("STREAM ethusdt@trade", .holdEvent, probability: 0.02, seed: 3))
                try await kept.reach(10, "BTC/USDT")
                try await server.disconnectSockets()
                try await kept.reach(20, "BTC/USDT")
                try await server.disconnectSockets(withCloseFrame: true, announced: true)
                for symbol in VenueCandles.symbols {
                    try await kept.reach(30, symbol)
                    try await kept.compare(symbol, .m1, server, from: start)
                    try await kept.compare(symbol, .m5, server, from: start)
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

    @Test("A second heartbeat goes on where the first one ended, without a hole, whatever others stored meanwhile")
    func restart() async throws {
        let (options, start) = try VenueCandles.exchange(speed: 100)
        try await TestExchangeServer.running(options) { server, address in
            try await Self.inStore { store in
                let kept = VenueCandles(market: Self.market, store: store)
                try await Self.running(address.rest, in: store) { _ in
                    try await kept.reach(5, "BTC/USDT")
                }
                let ended = try await store.heartbeat.latestSignal()
                try await Self.storeMeanwhile(2, "BTC/USDT", kept, server)
                try await Self.running(address.rest, in: store) { _ in
                    try await kept.reach(15, "BTC/USDT")
                }
                try await kept.compare("BTC/USDT", .m1, server, from: start)
                let signals = try await store.heartbeat.signals(after: ended)
                #expect(!signals.isEmpty)
                let told = try await store.heartbeat.signals(after: SignalID(0)).filter {
                    $0.key.symbol.description == "BTC/USDT" && $0.key.timeframe == .m1
                }.map(\.candle.openTime.milliseconds)
                #expect(zip(told, told.dropFirst()).allSatisfy { $0 + 60_000 == $1 }, "\(told)")
            }
        }
    }

    // MARK: Scenes

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
        func newest(of symbol: Symbol) async throws -> [Timeframe: Timestamp] { try await store.newest(of: symbol) }
        func symbols() async throws -> Set<Symbol> { Set(try VenueCandles.symbols.map { try Symbol($0) }) }
        func watch(_ changed: @Sendable () -> Void) async throws { try await store.watch(changed) }
        func publish(_ json: String) async throws { try await store.publish(json) }
    }

    /// Stores minutes that closed while no heartbeat is at work, as an engine does that loads a feed.
    private static func storeMeanwhile(
        _ count: Int, _ symbol: String, _ kept: VenueCandles, _ server: TestExchangeServer
    ) async throws {
        let last = try #require(try await kept.stored(symbol, .m1).last).openTime
        let name = symbol.filter { $0 != "/" }
        var closed: [Candle] = []
        let isThere = try await eventually(within: .seconds(30)) {
            let klines = try await server.withExchange { core -> [Kline] in
                guard let id = core.market(named: name) else { return [] }
                return core.klines(id, .m1, start: Timestamp(milliseconds: last.milliseconds + 60_000), limit: 1000)
            }
            // The newest one is not over.
            closed = klines.dropLast().map {
                Candle(
                    openTime: $0.openTime, open: $0.open.double, high: $0.high.double, low: $0.low.double,
                    close: $0.close.double, volume: $0.volume.double)
            }
            return closed.count >= count
        }
        #expect(isThere)
        try await kept.store.candles.append(
            closed, to: CandleKey(venue: market, symbol: try Symbol(symbol), timeframe: .m1))
    }
}
