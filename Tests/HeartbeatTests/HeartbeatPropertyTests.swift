import Heartbeat
import Market
import TestSupport
import Testing

/// Whatever happens to the stream, the candles are those of a perfect feed.
@Suite struct HeartbeatPropertyTests {
    @Test("Doubled and reordered trades within the grace change nothing", arguments: 0..<15)
    func reordered(seed: Int) throws {
        var faults = RandomFeed.Faults()
        faults.doubled = 10
        faults.late = 40
        faults.longestDelay = 499
        try check(seed: UInt64(seed), faults: faults)
    }

    @Test("Minutes with lost trades are the venue's", arguments: 0..<15)
    func lost(seed: Int) throws {
        var faults = RandomFeed.Faults()
        faults.lost = 5
        faults.late = 20
        faults.longestDelay = 400
        try check(seed: 1000 + UInt64(seed), faults: faults)
    }

    @Test("Broken connections, failing and foolish answers of the venue leave no hole", arguments: 0..<15)
    func broken(seed: Int) throws {
        var faults = RandomFeed.Faults()
        faults.breaks = 6
        faults.doubled = 5
        faults.late = 20
        faults.longestDelay = 400
        try check(seed: 2000 + UInt64(seed), faults: faults, failing: 30, short: 20, foolish: 30)
    }

    @Test(
        "With the venue's own candles beside it, a trade that is lost at the end of a minute is seen", arguments: 0..<15
    )
    func klines(seed: Int) throws {
        var faults = RandomFeed.Faults()
        faults.lost = 10
        faults.breaks = 3
        faults.late = 20
        faults.longestDelay = 499
        faults.lostKlines = 0
        try check(seed: 3000 + UInt64(seed), faults: faults, failing: 10, short: 10)
    }

    private func check(
        seed: UInt64, faults: RandomFeed.Faults, failing: Int = 0, short: Int = 0, foolish: Int = 0
    ) throws {
        var numbers = SeededNumbers(seed: seed)
        let feed = try RandomFeed(&numbers, faults: faults)
        var driver = CoreDriver(HeartbeatCore(), venue: feed.candles, numbers: numbers)
        driver.failing = failing
        driver.short = short
        driver.foolish = foolish
        driver.longestAnswer = 700
        for symbol in feed.symbols { driver.core.follow(symbol) }
        driver.tell(.connected, at: feed.start)
        for arrival in feed.arrivals { driver.tell(arrival.input, at: arrival.at) }
        // Time for the answers that are under way.
        let end = feed.arrivals.last?.at ?? 0
        for second in 1...600 {
            let time = end + Int64(second) * 100
            driver.tell(.venueTime(Timestamp(milliseconds: end)), at: time)
        }
        for symbol in feed.symbols {
            let perfect = try #require(feed.candles[symbol])
            let told = driver.candles(symbol)
            #expect(told == perfect, "seed \(seed), \(symbol): \(difference(told, perfect))")
            for timeframe in Timeframe.heartbeat.dropFirst() where timeframe <= .h1 {
                let coarse = whole(perfect, timeframe)
                let toldCoarse = driver.candles(symbol, timeframe).filter { $0.openTime >= feed.firstWhole(timeframe) }
                #expect(toldCoarse == coarse, "seed \(seed), \(symbol) \(timeframe)")
            }
        }
        #expect(!driver.alerts.contains { $0.code == .lateTrade }, "seed \(seed)")
    }

    private func difference(_ told: [Candle], _ perfect: [Candle]) -> String {
        guard let index = zip(told, perfect).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
            return "\(told.count) candles instead of \(perfect.count)"
        }
        return "\(told[index]) instead of \(perfect[index])"
    }

    /// The coarse candles of which every minute is there.
    private func whole(_ minutes: [Candle], _ timeframe: Timeframe) -> [Candle] {
        Dictionary(grouping: minutes) { timeframe.openTime(containing: $0.openTime) }.sorted { $0.key < $1.key }
            .compactMap { open, minutes in
                CoreDriver.merged(
                    minutes,
                    CandleFetch(symbol: Self.any, timeframe: timeframe, from: open, to: open))
            }
    }

    private static let any: Symbol = {
        guard let symbol = try? Symbol("A/B") else { preconditionFailure("a symbol") }
        return symbol
    }()
}

extension RandomFeed {
    /// When the first candle begins that has all its minutes.
    func firstWhole(_ timeframe: Timeframe) -> Timestamp {
        let first = timeframe.openTime(containing: Timestamp(milliseconds: start))
        return first.milliseconds == start
            ? first : Timestamp(milliseconds: first.milliseconds + timeframe.milliseconds)
    }
}
