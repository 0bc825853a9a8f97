import Market
import TestSupport
import Testing

@testable import TestExchange

@Suite struct ReplayTests {
    private static let midnight = Timestamp(milliseconds: 1_699_920_000_000)

    private func candle(_ minute: Int, _ prices: [Double], _ volume: Double) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: Self.midnight.milliseconds + Int64(minute) * 60_000), open: prices[0],
            high: prices[1], low: prices[2], close: prices[3], volume: volume)
    }

    private func series(_ candles: [Candle], _ timeframe: Timeframe = .m1) throws -> CandleSeries {
        try CandleSeries(symbol: try Symbol("BASE/QUOTE"), timeframe: timeframe, candles: candles)
    }

    private func minute(_ number: Int) -> Timestamp {
        Timestamp(milliseconds: Self.midnight.milliseconds + Int64(number) * 60_000)
    }

    @Test func `a candle is walked to its low and then its high when it rises, the other way when it falls`() {
        let path = CandlePath(tick: decimal("0.01"), lot: decimal("0.001"), steps: 4)
        var steps: [ReferenceTick] = []
        path.walk(candle(0, [100, 104, 99, 103], 0.01), length: 60_000, into: &steps)
        #expect(steps.map(\.price) == [10_000, 9900, 10_400, 10_300])
        #expect(steps.map(\.lots) == [4, 2, 2, 2])
        #expect(steps.map { $0.time.milliseconds - Self.midnight.milliseconds } == [0, 15_000, 30_000, 45_000])
        #expect(steps.map(\.taker) == [.buy, .sell, .buy, .sell])
        steps = []
        path.walk(candle(0, [103, 104, 99, 100], 0), length: 60_000, into: &steps)
        #expect(steps.map(\.price) == [10_300, 10_400, 9900, 10_000])
        #expect(steps.allSatisfy { $0.lots == 0 })
    }

    @Test(arguments: [61, 62, 63] as [UInt64])
    func `the bars made of a replay are the candles that were replayed`(seed: UInt64) throws {
        let source = SyntheticMarket.generate(
            .init(
                seed: seed, symbol: try Symbol("BASE/QUOTE"), timeframe: .m1, start: Self.midnight, count: 300,
                hasGaps: false))
        let bourse = try Bourse(
            source: .candles(source), house: HouseSettings(quantityPerLevel: 1), start: minute(100)
        ) {
            $0.tick = decimal("0.0001")
            $0.lot = decimal("0.000001")
        }
        bourse.core.advance(to: minute(200))
        let bars = bourse.core.klines(Bourse.market, .m1, start: minute(90), end: minute(199), limit: 1000)
        #expect(bars.map(\.openTime) == (90..<200).map(minute))
        for (place, bar) in bars.enumerated() {
            let candle = source[90 + place]
            let found = [bar.open, bar.high, bar.low, bar.close, bar.volume].map(\.double)
            let wanted = [candle.open, candle.high, candle.low, candle.close, candle.volume]
            #expect(found == wanted, "bar \(place) of seed \(seed)")
            #expect(bar.closeTime.milliseconds == bar.openTime.milliseconds + 59_999)
        }
        let hours = bourse.core.klines(Bourse.market, .h1, start: minute(60), end: minute(199), limit: 10)
        #expect(hours.map(\.openTime) == [minute(60), minute(120), minute(180)])
        #expect(hours[0].open.double == source[60].open && hours[0].close.double == source[119].close)
        #expect(hours[0].high.double == source[60..<120].map(\.high).max(), "history and own trades in one bar")
        let last = bourse.core.klines(Bourse.market, .m5, limit: 30)
        #expect(last.count == 30 && last.last?.openTime == minute(200))
        #expect(last.first?.openTime == minute(200 - 29 * 5), "reaching back before the start")
    }

    @Test func `bars end with time, and quiet ones stay flat`() throws {
        let bourse = try Bourse(start: minute(0))
        try bourse.core.setPrice(101, volume: 2, of: Bourse.market, now: minute(0))
        _ = bourse.core.drainEvents()
        bourse.core.advance(to: minute(3))
        let closed = bourse.core.drainEvents().compactMap { event -> Kline? in
            if case .klineClosed(_, .m1, let bar) = event { bar } else { nil }
        }
        #expect(closed.map(\.volume) == [2, 0, 0])
        #expect(closed.allSatisfy { $0.close == 101 })
        try bourse.core.setPrice(105, volume: 1, of: Bourse.market, now: minute(3))
        let bar = try #require(bourse.core.currentKline(Bourse.market, .m1))
        #expect(bar.open == 105 && bar.low == 105 && bar.firstTradeID == TradeID(2))
    }

    @Test func `a trade replay prints its trades at their prices and times`() throws {
        let ticks = [
            Tick(time: minute(0), price: 99.5, quantity: 1),
            Tick(time: minute(1), price: 100.25, quantity: 2.5, takerSide: .sell),
            Tick(time: minute(2), price: 101, quantity: 0.5),
        ]
        let bourse = try Bourse(source: .trades(ticks), start: minute(1))
        #expect(bourse.core.lastPrice(Bourse.market) == decimal("99.5"))
        #expect(bourse.core.hasMorePrices(Bourse.market))
        bourse.core.advance(to: minute(5))
        let trades = bourse.core.recentTrades(Bourse.market)
        #expect(trades.map(\.price) == [decimal("100.25"), 101])
        #expect(trades.map(\.quantity) == [decimal("2.5"), decimal("0.5")])
        #expect(trades.map(\.time) == [minute(1), minute(2)])
        #expect(trades.map(\.buyerIsMaker) == [true, false])
        #expect(!bourse.core.hasMorePrices(Bourse.market))
    }

    @Test func `the synthetic market has a past and goes on`() throws {
        let options = SyntheticMarket.Options(
            seed: 7, symbol: try Symbol("BASE/QUOTE"), timeframe: .m1, count: 1000, hasGaps: false)
        let bourse = try Bourse(source: .synthetic(options, history: 500), start: minute(30)) {
            $0.tick = decimal("0.0001")
        }
        #expect(bourse.core.klines(Bourse.market, .m1, limit: 1000).count == 500)
        bourse.core.advance(to: minute(40))
        #expect(bourse.core.klines(Bourse.market, .m1, limit: 1000).count == 511)
        #expect(bourse.core.recentTrades(Bourse.market, limit: 1000).count == 80 + 1)
    }

    @Test func `what cannot be replayed is said when the exchange is made`() throws {
        #expect(throws: ExchangeSetupError.self) { try Bourse(source: .trades([])) }
        #expect(throws: ExchangeSetupError.self) { try Bourse(source: .candles(series([]))) }
        #expect(throws: ExchangeSetupError.self) { try Bourse { $0.lot = .zero } }
        #expect(throws: ExchangeSetupError.self) {
            try Bourse {
                $0.tick = decimal("0.0000001")
                $0.lot = decimal("0.0000001")
            }
        }
    }

    @Test func `time is played a bounded step at a time when nobody drains`() throws {
        var settings = ExchangeSettings()
        settings.eventsKept = 50
        let candles = (0..<100).map { candle($0, [100, 101, 99, 100], 1) }
        let bourse = try Bourse(source: .candles(series(candles)), settings: settings, start: minute(0))
        #expect(!bourse.core.advance(to: minute(100)))
        #expect(bourse.core.now < minute(10))
        var rounds = 0
        while !bourse.core.advance(to: minute(100)), rounds < 1000 {
            _ = bourse.core.drainEvents()
            rounds += 1
        }
        #expect(bourse.core.now == minute(100))
        #expect(bourse.core.recentTrades(Bourse.market, limit: 1000).count == 800)
    }

    @Test func `the clock runs as fast as asked, from where asked`() {
        let wall = Timestamp(milliseconds: 5000)
        let clock = ExchangeClock(start: minute(0), wallStart: wall, speed: 60)
        #expect(clock.time(wall: wall) == minute(0))
        #expect(clock.time(wall: Timestamp(milliseconds: 6000)) == minute(1))
        #expect(clock.time(wall: Timestamp(milliseconds: 1000)) == minute(0))
        #expect(ExchangeClock.pinned(at: minute(3)).time(wall: Timestamp(milliseconds: .max)) == minute(3))
        let fast = ExchangeClock(start: minute(0), wallStart: wall, speed: .infinity)
        #expect(fast.time(wall: Timestamp(milliseconds: .max)) == Timestamp.calendar.upperBound)
    }

    @Test func `the bars of a market's first month are on the calendar`() {
        let january = Timestamp(year: 2024, month: 1, day: 31)!
        let open = KlineInterval.month.openTime(containing: january)
        #expect(open == Timestamp(year: 2024, month: 1, day: 1))
        #expect(KlineInterval.month.next(after: open) == Timestamp(year: 2024, month: 2, day: 1))
        #expect(KlineInterval.w1.openTime(containing: january).dateText == "2024-01-29")
    }
}
