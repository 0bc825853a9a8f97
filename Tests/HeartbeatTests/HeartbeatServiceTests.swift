import Broker
import Heartbeat
import Logging
import Market
import Postgres
import Storage
import Testing
import Wording

/// The shell around the core: streams, store and roster.
@Suite(.timeLimit(.minutes(1))) struct HeartbeatServiceTests {
    private static let start: Int64 = 1_700_000_040_000
    private let symbol: Symbol
    private let other: Symbol

    init() throws {
        symbol = try Symbol("BTC/USDT")
        other = try Symbol("ETH/USDT")
    }

    private static func time(_ minute: Int, _ millisecond: Int64 = 0) -> Int64 {
        start + Int64(minute) * 60_000 + millisecond
    }

    private static func candle(_ minute: Int, _ price: Double) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: time(minute)), open: price, high: price, low: price, close: price,
            volume: 1)
    }

    private static func trade(_ symbol: Symbol, _ time: Int64, _ price: Double, id: Int64) -> MarketEvent {
        .trade(symbol, Tick(time: Timestamp(milliseconds: time), price: price, quantity: 1), id: id)
    }

    /// Waits are short: nothing here depends on how long they are.
    private static let options: HeartbeatOptions = {
        var options = HeartbeatOptions()
        options.clockEvery = .milliseconds(5)
        options.rosterEvery = .milliseconds(200)
        options.statusEvery = .milliseconds(20)
        options.sampleEvery = .milliseconds(5)
        return options
    }()

    /// Waits as long as it is told, but never longer than a moment.
    private static let hasty = HeartbeatClock(
        now: HeartbeatClock.system.now, sleep: { try await HeartbeatClock.system.sleep(min($0, .milliseconds(20))) })

    private func running(
        _ venue: HandVenue, _ shelf: HandShelf, options: HeartbeatOptions = HeartbeatServiceTests.options,
        clock: HeartbeatClock = .system, _ body: (HeartbeatService) async throws -> Void
    ) async throws {
        let service = HeartbeatService(
            market: .binance, source: venue, shelf: shelf, options: options, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            try await body(service)
            group.cancelAll()
        }
    }

    private func connect(_ venue: HandVenue, stream: Int = 0) async {
        await venue.streams(stream + 1)
        venue.tell([.connected, Self.trade(symbol, Self.time(0, 1000), 10, id: 1)], stream: stream)
    }

    private func tellMinutes(_ venue: HandVenue, _ minutes: ClosedRange<Int>, stream: Int = 0) {
        for minute in minutes {
            venue.tell(
                [
                    Self.trade(symbol, Self.time(minute, 1000), Double(10 + minute), id: Int64(2 * minute + 1)),
                    Self.trade(symbol, Self.time(minute, 2000), Double(10 + minute), id: Int64(2 * minute + 2)),
                ], stream: stream)
        }
    }

    private static func minutes(_ view: HandShelf.View, _ symbol: Symbol) -> [Candle] {
        view.candles.filter { $0.key.symbol == symbol && $0.key.timeframe == .m1 }.map(\.candle)
    }

    @Test("Candles reach the store in order, with their signals, and the state of the market beside them")
    func writes() async throws {
        let history = (-3..<0).map { Self.candle($0, 9) }
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: [Self.candle(0, 10)]])
        let shelf = HandShelf([], stored: [symbol: history])
        try await running(venue, shelf) { [symbol] _ in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...7)
            await shelf.until { Self.minutes($0, symbol).count >= 7 }
            let view = shelf.view
            #expect(Self.minutes(view, symbol).map(\.close) == (0...6).map { Double(10 + $0) })
            #expect(view.candles.contains { $0.key.timeframe == .m3 && $0.isSignalled })
            #expect(view.candles.filter { $0.key.timeframe == .m1 }.allSatisfy { $0.isSignalled })
            #expect(view.statuses.last?.isConnected == true)
            await shelf.until { !$0.published.isEmpty }
            let message = shelf.view.published.first ?? ""
            #expect(message.hasPrefix(#"{"kind":"stream","market":"binance","passed":"#))
        }
    }

    @Test("While the store is away candles wait, and are written in order")
    func storeAway() async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: [Self.candle(0, 10)]])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        try await running(venue, shelf) { [symbol] _ in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...2)
            await shelf.until { Self.minutes($0, symbol).count >= 2 }
            shelf.set(isAway: true)
            tellMinutes(venue, 3...9)
            await shelf.until { $0.refusals >= 3 }
            #expect(Self.minutes(shelf.view, symbol).count == 2)
            shelf.set(isAway: false)
            await shelf.until { Self.minutes($0, symbol).count >= 9 }
            #expect(Self.minutes(shelf.view, symbol).map(\.close) == (0...8).map { Double(10 + $0) })
        }
    }

    @Test("Candles that wait beyond the bound are forgotten and fetched when the store is back")
    func storeAwayTooLong() async throws {
        let perfect = (0..<40).map { Self.candle($0, Double(10 + $0)) }
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: perfect])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        var options = Self.options
        options.mostWaiting = 8
        try await running(venue, shelf, options: options) { [symbol] service in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...2)
            await shelf.until { Self.minutes($0, symbol).count >= 2 }
            shelf.set(isAway: true)
            tellMinutes(venue, 3...30)
            await shelf.until { $0.refusals >= 3 }
            shelf.set(isAway: false)
            await shelf.until { Self.minutes($0, symbol).count >= 28 }
            #expect(Self.minutes(shelf.view, symbol).prefix(28).map(\.close) == (0..<28).map { Double(10 + $0) })
            #expect(venue.requests.contains { $0.from.milliseconds > Self.time(1) })
        }
    }

    @Test(
        "A pulse that the store refuses for what it holds is left out at last; the rest goes on with tries of its own",
        arguments: [5, 6])
    func refusedPulse(times: Int) async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: [Self.candle(0, 10)]])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        shelf.refuseNext(times)
        try await running(venue, shelf, clock: Self.hasty) { [symbol] _ in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...1)
            await shelf.until { $0.refusals >= 5 }
            tellMinutes(venue, 2...3)
            await shelf.until { Self.minutes($0, symbol).count >= 2 }
            #expect(Self.minutes(shelf.view, symbol).map(\.close) == [11, 12])
        }
    }

    @Test(
        "Whatever else the store answers is waited for, however often: no candle is lost by it",
        arguments: [
            PostgresError.server(sqlState: "53200", text: ""), .server(sqlState: "58030", text: ""),
            .server(sqlState: "08P01", text: ""), .unauthorised(server: "test", user: "test"),
            .databaseMissing(server: "test", database: "test"), .program(Message("gone", fr: "parti")),
        ])
    func passingTrouble(error: PostgresError) async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: [Self.candle(0, 10)]])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        shelf.refuseNext(10, as: error)
        try await running(venue, shelf, clock: Self.hasty) { [symbol] _ in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...3)
            await shelf.until { Self.minutes($0, symbol).count >= 3 }
            #expect(shelf.view.refusals == 10)
            #expect(Self.minutes(shelf.view, symbol).map(\.close) == [10, 11, 12])
        }
    }

    @Test("A coarse candle whose last minute was kept without it is told after a restart")
    func owed() async throws {
        let history = (-4...0).map { Self.candle($0, Double(10 + $0)) }
        let venue = HandVenue([symbol], time: Self.time(1, 500), candles: [symbol: [Self.candle(1, 11)]])
        // The two candles that ended with minute 0 are not there, the one before is.
        let shelf = HandShelf(
            [], stored: [symbol: history],
            newest: [symbol: [.m1: history[4].openTime, .m3: Timestamp(milliseconds: Self.time(-5))]])
        try await running(venue, shelf) { [symbol] _ in
            await connect(venue)
            await shelf.until { $0.candles.contains { $0.key.timeframe == .m5 } }
            let coarse = shelf.view.candles.filter { $0.key.symbol == symbol && $0.key.timeframe > .m1 }
            #expect(coarse.map(\.key.timeframe) == [.m3, .m5])
            #expect(coarse.map(\.candle.openTime.milliseconds) == [Self.time(-2), Self.time(-4)])
            #expect(coarse.map(\.candle.volume) == [3, 5] && coarse.allSatisfy { $0.isSignalled })
        }
    }

    @Test("After an absence of weeks the last minutes are fetched, and what is left out is told")
    func longAbsence() async throws {
        var options = Self.options
        options.core.longestRecovery = 20
        let perfect = (-30...0).map { Self.candle($0, Double(100 + $0)) }
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: perfect])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-30 * 1440, 9)]])
        try await running(venue, shelf, options: options) { [symbol] _ in
            await connect(venue)
            await shelf.until { Self.minutes($0, symbol).count >= 20 && !$0.alerts.isEmpty }
            #expect(Self.minutes(shelf.view, symbol).prefix(20).map(\.close) == (-20..<0).map { Double(100 + $0) })
            #expect(shelf.view.alerts.map(\.code).contains("candles_missing"))
        }
    }

    @Test("Symbols beyond the bound are told once each, and nothing is read for them")
    func tooManySymbols() async throws {
        let many = try (0...HeartbeatCore.mostSymbols).map { try Symbol("A\($0)/B") }
        let venue = HandVenue([symbol] + many, time: Self.time(0, 500))
        let shelf = HandShelf(Set(many))
        var options = Self.options
        options.rosterEvery = .milliseconds(5)
        try await running(venue, shelf, options: options) { _ in
            await shelf.until { $0.rosters >= 6 && $0.alerts.count { $0.code == "too_many_symbols" } >= 2 }
            #expect(shelf.view.alerts.count { $0.code == "too_many_symbols" } == 2)
            #expect(shelf.view.histories == HeartbeatCore.mostSymbols)
            // One that is gone, come back, is told again.
            shelf.set(symbols: Set(many.dropLast(20)))
            let rosters = shelf.view.rosters
            await shelf.until { $0.rosters >= rosters + 3 }
            shelf.set(symbols: Set(many))
            await shelf.until { $0.alerts.count { $0.code == "too_many_symbols" } >= 4 }
            #expect(shelf.view.alerts.count { $0.code == "too_many_symbols" } == 4)
        }
    }

    @Test("A candle whose series an import holds is given again with the next ones")
    func deferred() async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: [Self.candle(0, 10)]])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        try await running(venue, shelf) { [symbol] _ in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...1)
            await shelf.until { Self.minutes($0, symbol).count == 1 }
            shelf.deferNext()
            tellMinutes(venue, 2...2)
            await shelf.until { Self.minutes($0, symbol).count == 2 }
            tellMinutes(venue, 3...3)
            await shelf.until { Self.minutes($0, symbol).count >= 4 }
            #expect(Self.minutes(shelf.view, symbol).map(\.close) == [10, 11, 11, 12])
        }
    }

    @Test("What strategies need beside is followed by a second stream, without a break for the first")
    func joins() async throws {
        let perfect = (0..<9).map { Self.candle($0, Double(10 + $0)) }
        let venue = HandVenue([symbol, other], time: Self.time(0, 500), candles: [symbol: perfect, other: perfect])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        try await running(venue, shelf) { [symbol, other] service in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...2)
            await shelf.until { Self.minutes($0, symbol).count >= 2 }
            let before = venue.requests.filter { $0.symbol == symbol && $0.timeframe == .m1 }.count
            shelf.set(symbols: [other])
            await venue.streams(2)
            #expect(venue.subscriptions(1).count == 4)
            // Trades that both streams tell, and the one that only the second tells.
            tellMinutes(venue, 3...3)
            venue.tell(
                [
                    .connected, Self.trade(symbol, Self.time(3, 1000), 13, id: 7),
                    Self.trade(symbol, Self.time(3, 2000), 13, id: 8),
                    Self.trade(other, Self.time(3, 3000), 13, id: 100),
                ], stream: 1)
            for minute in 4...6 {
                let price = Double(10 + minute)
                venue.tell(
                    [
                        Self.trade(symbol, Self.time(minute, 1000), price, id: Int64(minute + 5)),
                        Self.trade(other, Self.time(minute, 1001), price, id: Int64(minute + 97)),
                    ], stream: 1)
            }
            await shelf.until { Self.minutes($0, symbol).count >= 6 && Self.minutes($0, other).count >= 2 }
            #expect(Self.minutes(shelf.view, symbol).prefix(6).map(\.close) == (0..<6).map { Double(10 + $0) })
            #expect(Self.minutes(shelf.view, other).map(\.close).starts(with: [13, 14]))
            // The first symbol had no gap.
            let after = venue.requests.filter { $0.symbol == symbol && $0.timeframe == .m1 }.count
            #expect(after == before)
            #expect(await service.condition.symbols.count == 2)
        }
    }

    @Test("A symbol that is left and wanted again begins anew")
    func leavesAndComesBack() async throws {
        let perfect = (0..<20).map { Self.candle($0, Double(10 + $0)) }
        let venue = HandVenue([symbol, other], time: Self.time(0, 500), candles: [symbol: perfect, other: perfect])
        let shelf = HandShelf([other], stored: [symbol: [Self.candle(-1, 9)], other: [Self.candle(-1, 9)]])
        try await running(venue, shelf) { [other] _ in
            await connect(venue)
            venue.tell([Self.trade(symbol, Self.time(0, 3000), 10, id: 2)], stream: 0)
            tellMinutes(venue, 1...1)
            await shelf.until { Self.minutes($0, other).count >= 1 }
            shelf.set(symbols: [])
            await shelf.until { $0.statuses.last?.detail.contains(#""followed":1,"#) == true }
            tellMinutes(venue, 2...5)
            shelf.set(symbols: [other])
            await venue.streams(2)
            venue.tell([.connected, Self.trade(other, Self.time(6, 1000), 16, id: 500)], stream: 1)
            tellMinutes(venue, 6...8, stream: 1)
            await shelf.until { Self.minutes($0, other).count >= 7 }
            #expect(Self.minutes(shelf.view, other).prefix(7).map(\.close) == (0..<7).map { Double(10 + $0) })
        }
    }

    @Test("A stream that ends is opened again; the minutes between are fetched")
    func streamEnds() async throws {
        let perfect = (0..<9).map { Self.candle($0, Double(10 + $0)) }
        let venue = HandVenue([symbol], time: Self.time(0, 500), candles: [symbol: perfect])
        let shelf = HandShelf([], stored: [symbol: [Self.candle(-1, 9)]])
        try await running(venue, shelf) { [symbol] _ in
            await connect(venue)
            venue.set(time: Self.time(0, 5000))
            venue.end(stream: 0, .retryable(Message("too slow", fr: "trop lent"), after: nil))
            await venue.streams(2)
            venue.set(time: Self.time(4, 5000))
            venue.tell([.connected, Self.trade(symbol, Self.time(4, 6000), 99, id: 50)], stream: 1)
            await shelf.until { Self.minutes($0, symbol).count >= 4 }
            #expect(Self.minutes(shelf.view, symbol).map(\.close) == [10, 11, 12, 13])
        }
    }

    @Test("A stream that falls silent is an alert, and another one is opened")
    func silent() async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500))
        let shelf = HandShelf([])
        try await running(venue, shelf) { _ in
            await connect(venue)
            let looks = venue.looks
            await shelf.until { _ in venue.looks > looks + 2 }
            for step in 1...5 {
                let before = venue.looks
                venue.set(time: Self.time(0, 500 + Int64(step) * 50_000))
                await shelf.until { _ in venue.looks > before + 2 }
            }
            await venue.streams(2)
            await shelf.until { $0.alerts.contains { $0.code == "stream_silent" } }
        }
    }

    @Test("A symbol that the venue does not list is an alert, and the others go on")
    func unknownSymbol() async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500))
        let shelf = HandShelf([other])
        try await running(venue, shelf) { _ in
            await venue.streams(1)
            #expect(venue.subscriptions(0) == [.trades(symbol), .candles(symbol, .m1)])
            await shelf.until { $0.alerts.contains { $0.code == "unknown_symbol" } }
            #expect(shelf.view.alerts.first?.message.english.contains("ETH/USDT") == true)
        }
    }

    @Test("A venue that is away when the heartbeat begins is waited for")
    func venueAway() async throws {
        let venue = HandVenue([symbol], time: Self.time(0, 500))
        venue.set(failure: .retryable(Message("away", fr: "absente"), after: nil))
        let shelf = HandShelf([])
        try await running(venue, shelf) { _ in
            await shelf.until { $0.statuses.count > 2 }
            #expect(shelf.view.statuses.allSatisfy { !$0.isConnected })
            venue.set(failure: nil)
            await venue.streams(1)
        }
    }
}
