import Broker
import Engine
import Market
import Postgres
@testable import Storage
import Synchronization
import Testing
import Wording

@Suite("Loading a feed's history")
struct HistoryLoaderTests {
    private static let symbol = try! Symbol("BTC/USDT")
    private static let key = CandleKey(venue: VenueName("test")!, symbol: symbol, timeframe: .m1)

    private static func candle(_ slot: Int64, _ timeframe: Timeframe = .m1) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: slot * timeframe.milliseconds), open: 10, high: 12, low: 9, close: 11,
            volume: 1)
    }

    private static func candles(_ slots: Range<Int64>) -> [Candle] { slots.map { candle($0) } }

    private func load(
        _ span: FeedLoad.Span, _ key: CandleKey = HistoryLoaderTests.key, before slot: Int64, _ shelf: Shelf,
        _ venue: Venue?
    ) async throws -> HistoryLoader.Found {
        let loader = HistoryLoader(shelf, sleep: { _ in shelf.pauses.add(1, ordering: .relaxed) })
        return try await loader.load(
            FeedLoad(number: 1, key: key, span: span), before: Timestamp(milliseconds: slot * 60_000 + 1), from: venue)
    }

    @Test("what the store has is not fetched; what it lacks is, and is kept")
    func fetchesWhatIsMissing() async throws {
        let shelf = Shelf(Self.candles(10..<20) + Self.candles(25..<30))
        let venue = Venue(Self.candles(5..<40))
        let found = try await load(.last(30), before: 32, shelf, venue)
        let asked = venue.requests.withLock { $0 }.map { $0.from.milliseconds / 60_000 }
        #expect(found.candles == Self.candles(5..<32) && found.problem == nil)
        #expect(asked == [2, 20, 30])
        #expect(shelf.kept.withLock { $0 }.sorted { $0.openTime < $1.openTime } == Self.candles(5..<32))
        let span = FeedLoad.Span.range(from: Self.candle(5).openTime, to: Self.candle(10).openTime)
        let again = try await load(span, before: 32, shelf, venue)
        #expect(again.candles == Self.candles(5..<10))
        #expect(venue.requests.withLock { $0 }.count == 3)
    }

    @Test("a minute that the heartbeat has kept while it was being fetched is shown as it is kept")
    func quickerHeartbeat() async throws {
        var own = Self.candle(19)
        own.volume = own.volume.nextUp
        let shelf = Shelf(Self.candles(15..<18), quicker: [own])
        let found = try await load(.last(5), before: 20, shelf, Venue(Self.candles(0..<40)))
        #expect(found.candles == Self.candles(15..<19) + [own] && found.problem == nil)
        #expect(shelf.kept.withLock { $0 }.sorted { $0.openTime < $1.openTime } == found.candles)
    }

    @Test("a candle of the venue that closes after the given end is left out")
    func end() async throws {
        let found = try await load(.last(5), before: 20, Shelf([]), Venue(Self.candles(0..<40)))
        #expect(found.candles == Self.candles(15..<20))
    }

    @Test("a candle that the store has by now is taken though our clock lags behind its close")
    func ahead() async throws {
        let venue = Venue(Self.candles(0..<40))
        let found = try await load(.last(5), before: 20, Shelf(Self.candles(10..<18) + [Self.candle(21)]), venue)
        #expect(found.candles == Self.candles(15..<20) + [Self.candle(21)])
        let asked = venue.requests.withLock { $0 }.map { $0.from.milliseconds / 60_000 }
        #expect(asked == [18])
        let span = FeedLoad.Span.range(from: Self.candle(20).openTime, to: Self.candle(22).openTime)
        let range = try await load(span, before: 20, Shelf(Self.candles(20..<21)), venue)
        #expect(range.candles == Self.candles(20..<21))
        #expect(venue.requests.withLock { $0 }.count == 1)
    }

    @Test("a venue that fails for a while is asked again; one that goes on failing leaves what the store has")
    func venueFails() async throws {
        let passing = Venue(Self.candles(0..<40), failures: 2)
        #expect(try await load(.last(5), before: 20, Shelf([]), passing).problem == nil)
        let dead = Venue(Self.candles(0..<40), failures: .max)
        let found = try await load(.last(5), before: 20, Shelf(Self.candles(17..<20)), dead)
        #expect(found.candles == Self.candles(17..<20))
        #expect(found.problem == Venue.busy)
        #expect(dead.requests.withLock { $0 }.count == 3)
    }

    @Test("a store that is away is waited for")
    func storeAway() async throws {
        let shelf = Shelf(Self.candles(0..<20), failures: 7)
        #expect(try await load(.last(5), before: 20, shelf, nil).candles == Self.candles(15..<20))
        #expect(shelf.pauses.load(ordering: .relaxed) == 7)
    }

    @Test("a timeframe that the venue lacks is built of its minutes, whole candles only")
    func buildsCoarse() async throws {
        let key = CandleKey(venue: Self.key.venue, symbol: Self.symbol, timeframe: .m10)
        let venue = Venue(Self.candles(0..<45))
        let found = try await load(.last(3), key, before: 45, Shelf([]), venue)
        #expect(found.candles.map(\.openTime.milliseconds) == [600_000, 1_200_000, 1_800_000])
        #expect(found.candles.map(\.volume) == [10, 10, 10] && found.problem == nil)
    }
}

/// Candles in memory, in a store that may be away.
private final class Shelf: CandleShelf {
    let kept: Mutex<[Candle]>
    let pauses = Atomic<Int>(0)
    private let failures: Mutex<Int>

    /// Kept by somebody else just before `keep`.
    private let quicker: Mutex<[Candle]>

    init(_ candles: [Candle], failures: Int = 0, quicker: [Candle] = []) {
        kept = Mutex(candles)
        self.quicker = Mutex(quicker)
        self.failures = Mutex(failures)
    }

    func candles(_ key: CandleKey, from: Timestamp, to: Timestamp) throws -> [Candle] {
        let fails = failures.withLock { count in
            count -= 1
            return count >= 0
        }
        if fails { throw PostgresError.unreachable(server: "nowhere", reason: Message("off", fr: "éteint")) }
        guard key.timeframe == .m1 else { return [] }
        return kept.withLock { $0 }.filter { $0.openTime >= from && $0.openTime < to }
            .sorted { $0.openTime < $1.openTime }
    }

    func keep(_ candles: [Candle], of key: CandleKey) throws {
        let others = quicker.withLock { quicker in
            defer { quicker = [] }
            return quicker
        }
        kept.withLock { $0 += others }
        for own in others {
            guard let offered = candles.first(where: { $0.openTime == own.openTime }) else { continue }
            throw CandleConflict(key: key, kept: own, offered: offered)
        }
        kept.withLock { $0 += candles }
    }
}

/// A venue that has minutes only and may fail at first.
private final class Venue: MarketDataSource {
    static let busy = Message("busy", fr: "occupé")

    let venue = VenueName("test")!
    let requests = Mutex<[CandleRequest]>([])
    private let candles: [Candle]
    private let failures: Mutex<Int>

    init(_ candles: [Candle], failures: Int = 0) {
        self.candles = candles
        self.failures = Mutex(failures)
    }

    func candles(_ request: CandleRequest) throws(BrokerError) -> [Candle] {
        guard request.timeframe == .m1 else { throw .unsupported(Self.busy) }
        requests.withLock { $0.append(request) }
        let fails = failures.withLock { count in
            count -= 1
            return count >= 0
        }
        if fails { throw .retryable(Self.busy, after: nil) }
        return candles.filter { $0.openTime >= request.from && $0.openTime < request.to }
    }

    func serverTime() throws(BrokerError) -> Timestamp { throw .unsupported(Self.busy) }
    func instruments() -> [Instrument] { [] }
    func ticker(_ symbol: Symbol) throws(BrokerError) -> Ticker { throw .unsupported(Self.busy) }
    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        AsyncThrowingStream { $0.finish() }
    }
    func close() {}
}
