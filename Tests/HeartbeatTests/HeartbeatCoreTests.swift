import Heartbeat
import Market
import TestSupport
import Testing
import Wording

/// What the core does with single events, one rule each.
@Suite struct HeartbeatCoreTests {
    private static let start: Int64 = 1_700_000_040_000
    private let symbol: Symbol

    init() throws {
        symbol = try Symbol("BTC/USDT")
    }

    /// A core that is live from `start` on: connected a minute before, with a stored minute before that.
    private func live(venue: [Candle] = [], settings: HeartbeatSettings = HeartbeatSettings()) -> CoreDriver {
        var driver = CoreDriver(HeartbeatCore(settings: settings), venue: venue.isEmpty ? [:] : [symbol: venue])
        driver.core.follow(symbol, history: SymbolHistory(minutes: [candle(-1, close: 50)]))
        driver.tell(.connected, at: Self.start - 1)
        driver.tell(.venueTime(Timestamp(milliseconds: Self.start - 1)))
        return driver
    }

    private func time(_ minute: Int, _ millisecond: Int64 = 0) -> Int64 {
        Self.start + Int64(minute) * 60_000 + millisecond
    }

    private func candle(_ minute: Int, close: Double, volume: Double = 1) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: time(minute)), open: close, high: close, low: close, close: close,
            volume: volume)
    }

    private func trade(_ time: Int64, _ price: Double, id: Int64) -> HeartbeatInput {
        .trade(
            symbol, Tick(time: Timestamp(milliseconds: time), price: price, quantity: 1, takerSide: .buy), id: id)
    }

    private func clock(_ driver: inout CoreDriver, _ time: Int64) {
        driver.tell(.venueTime(Timestamp(milliseconds: time)), at: time)
    }

    @Test("A minute is told when its grace is over, not before, by the venue's time")
    func grace() {
        var driver = live()
        driver.tell(trade(time(0, 1000), 60, id: 1))
        driver.tell(trade(time(1, 499), 61, id: 2))
        #expect(driver.candles(symbol).isEmpty)
        driver.tell(trade(time(1, 500), 62, id: 3))
        #expect(driver.candles(symbol) == [candle(0, close: 60)])
        #expect(driver.closed.first?.closedAt == Timestamp(milliseconds: time(1, 500)))
        #expect(driver.closed.first?.isSignal == true)
    }

    @Test("A trade that comes late, within the grace, is taken; one after it is an alert and changes nothing")
    func late() {
        var driver = live()
        driver.tell(trade(time(0, 1000), 60, id: 1))
        driver.tell(trade(time(1, 100), 70, id: 3))
        driver.tell(trade(time(0, 59_999), 65, id: 2))
        driver.tell(trade(time(1, 600), 70, id: 4))
        let told = driver.candles(symbol)
        #expect(told.map(\.close) == [65])
        // The numbers say that nothing is missing, the time says that it belongs to what was told.
        driver.tell(trade(time(0, 59_998), 99, id: 5))
        #expect(driver.candles(symbol) == told)
        #expect(driver.alerts.map(\.code) == [.lateTrade])
        #expect(driver.core.condition.symbols[0].lateTrades == 1)
    }

    @Test("A trade that comes twice counts once")
    func doubled() {
        var driver = live()
        for _ in 0..<2 { driver.tell(trade(time(0, 1000), 60, id: 7)) }
        driver.tell(trade(time(1, 500), 60, id: 8))
        #expect(driver.candles(symbol).map(\.volume) == [1])
        #expect(driver.core.condition.symbols[0].duplicates == 1)
    }

    @Test("Silent minutes are flat at the last close, while others show that the stream speaks")
    func flat() throws {
        var driver = live()
        let other = try Symbol("ETH/USDT")
        driver.core.follow(other)
        driver.tell(.joined([other]))
        for minute in 0..<4 {
            let tick = Tick(time: Timestamp(milliseconds: time(minute, 30_000)), price: 5, quantity: 1)
            driver.tell(.trade(other, tick, id: Int64(minute)))
        }
        let told = driver.closed.filter { $0.symbol == symbol && $0.timeframe == .m1 }
        #expect(told.map(\.candle) == (0..<3).map { candle($0, close: 50, volume: 0) })
        #expect(told.allSatisfy { $0.isFlat && !$0.isFetched && $0.tradeCount == 0 })
    }

    @Test("A minute after which the stream says nothing is fetched: it may be dead")
    func unheard() {
        var driver = live(venue: [candle(0, close: 77)])
        driver.tell(trade(time(0, 1000), 60, id: 1))
        clock(&driver, time(1, 1999))
        #expect(driver.fetches.isEmpty && driver.candles(symbol).isEmpty)
        clock(&driver, time(1, 2000))
        #expect(driver.fetches.map(\.from.milliseconds) == [time(0)])
        clock(&driver, time(1, 2500))
        #expect(driver.candles(symbol) == [candle(0, close: 77)])
    }

    @Test("A hole in the numbers of trades has its minute fetched, and the next one is told after it")
    func hole() {
        var driver = live(venue: [candle(0, close: 70, volume: 3)])
        driver.longestAnswer = 0
        driver.tell(trade(time(0, 1000), 60, id: 1))
        driver.tell(trade(time(0, 2000), 62, id: 3))
        driver.tell(trade(time(1, 0), 63, id: 4))
        driver.tell(trade(time(2, 0), 64, id: 5))
        driver.tell(trade(time(2, 600), 64, id: 6), at: time(2, 600))
        let told = driver.closed.filter { $0.timeframe == .m1 }
        #expect(told.map(\.candle) == [candle(0, close: 70, volume: 3), candle(1, close: 63)])
        #expect(told.map(\.isFetched) == [true, false])
        #expect(driver.fetches.filter { $0.timeframe == .m1 }.map(\.count) == [1])
    }

    @Test("The minute of a reconnection is the venue's, and nothing is told before it")
    func reconnection() {
        var driver = live(venue: (0..<4).map { candle($0, close: 80 + Double($0)) })
        driver.tell(trade(time(0, 1000), 60, id: 1), at: time(0, 1000))
        driver.tell(.disconnected, at: time(0, 2000))
        #expect(!driver.core.condition.isConnected)
        driver.tell(.connected, at: time(2, 5000))
        driver.tell(trade(time(2, 6000), 99, id: 1000), at: time(2, 6000))
        // Two minutes are over; the third one is fetched when it is.
        #expect(driver.fetches.filter { $0.timeframe == .m1 }.map(\.count) == [2])
        driver.tell(trade(time(3, 1000), 63, id: 1001), at: time(3, 1000))
        driver.tell(trade(time(4, 1000), 64, id: 1002), at: time(4, 1000))
        driver.tell(trade(time(4, 2000), 64, id: 1003), at: time(4, 2000))
        #expect(driver.candles(symbol).map(\.close) == [80, 81, 82, 63])
        #expect(driver.core.condition.isCoherent)
    }

    @Test("The venue's own candle stands for a fetch, and tells a minute before its grace is over")
    func kline() {
        var driver = live()
        driver.tell(trade(time(0, 1000), 60, id: 1))
        driver.tell(.klineClosed(symbol, candle(0, close: 60)))
        #expect(driver.candles(symbol) == [candle(0, close: 60)])
        #expect(driver.closed[0].isFetched == false && driver.closed[0].lag == 0)
        driver.tell(trade(time(1, 1000), 61, id: 9))
        driver.tell(.klineClosed(symbol, candle(1, close: 66)))
        #expect(driver.candles(symbol).last == candle(1, close: 66))
        #expect(!driver.fetches.contains { $0.timeframe == .m1 })
    }

    @Test("A venue's candle that is not ours is an alert and takes coherence away, until the next one agrees")
    func differs() {
        var driver = live()
        driver.tell(trade(time(0, 1000), 60, id: 1))
        driver.tell(trade(time(1, 1000), 61, id: 2))
        driver.tell(.klineClosed(symbol, candle(0, close: 60.5)))
        #expect(driver.alerts.map(\.code) == [.candleDiffers])
        #expect(!driver.core.condition.isCoherent)
        // It was told already, so ours stays.
        #expect(driver.candles(symbol) == [candle(0, close: 60)])
        // Twice, and out of order: no second word about it.
        driver.tell(.klineClosed(symbol, candle(0, close: 60.5)))
        driver.tell(.klineClosed(symbol, candle(1, close: 61)))
        #expect(driver.core.condition.isCoherent)
        #expect(driver.alerts.count == 1)
    }

    @Test("Rounding is no difference")
    func rounding() {
        var driver = live()
        driver.tell(trade(time(0, 1000), 60, id: 1))
        driver.tell(trade(time(1, 1000), 61, id: 2))
        driver.tell(.klineClosed(symbol, candle(0, close: 60.000_000_000_01)))
        #expect(driver.alerts.isEmpty && driver.core.condition.isCoherent)
    }

    @Test("A start goes on after the last stored minute; an absence beyond the bound is an alert")
    func start() {
        var settings = HeartbeatSettings()
        settings.longestRecovery = 10
        let venue = (-100..<0).map { candle($0, close: Double(200 + $0)) }
        var driver = CoreDriver(HeartbeatCore(settings: settings), venue: [symbol: venue])
        driver.core.follow(symbol, history: SymbolHistory(minutes: [candle(-40, close: 1)]))
        driver.tell(.connected, at: time(-1, 30_000))
        clock(&driver, time(-1, 30_000))
        clock(&driver, time(-1, 31_000))
        #expect(driver.candles(symbol).map(\.close) == (-11..<(-1)).map { Double(200 + $0) })
        #expect(driver.alerts.map(\.code).contains(.candlesMissing))
        #expect(driver.fetches.first?.count == 10)
    }

    @Test("A fetch that fails is tried again with growing waits, and told")
    func fetchFails() {
        var driver = live()
        driver.tell(.disconnected)
        driver.tell(.connected)
        clock(&driver, time(0, 30_000))
        clock(&driver, time(1, 3000))
        for _ in 0..<12 {
            guard let fetch = driver.fetches.last else { break }
            driver.tell(.fetchFailed(fetch, Message("away", fr: "absente"), isFinal: false))
        }
        #expect(driver.fetches.map(\.attempt) == Array(0...12))
        #expect(zip(driver.fetches, driver.fetches.dropFirst()).allSatisfy { $0.wait <= $1.wait })
        #expect(driver.fetches.last?.wait == .seconds(60))
        #expect(driver.alerts.map(\.code) == [.fetchFailed])
        #expect(!driver.core.condition.isCoherent)
        // An answer to an earlier attempt says nothing.
        driver.tell(.fetched(driver.fetches[0], [candle(0, close: 9)]))
        #expect(driver.candles(symbol).isEmpty)
        driver.tell(.fetched(driver.fetches[12], [candle(0, close: 9)]))
        #expect(driver.candles(symbol) == [candle(0, close: 9)])
    }

    @Test("What the venue never tells is flat after so many tries")
    func shortAnswers() {
        var driver = live()
        clock(&driver, time(2, 3000))
        for _ in 0..<HeartbeatSettings().shortAnswers {
            guard let fetch = driver.fetches.last else { break }
            driver.tell(.fetched(fetch, []))
        }
        #expect(driver.candles(symbol) == [candle(0, close: 50, volume: 0), candle(1, close: 50, volume: 0)])
    }

    @Test("Two minutes without a word are an alert and a new connection; a venue that stands still is not")
    func silence() {
        var driver = live()
        for second in 0..<119 { clock(&driver, time(0, Int64(second) * 1000)) }
        #expect(driver.reconnects == 0)
        for second in 119..<125 { clock(&driver, time(0, Int64(second) * 1000)) }
        #expect(driver.reconnects == 1)
        #expect(driver.alerts.map(\.code) == [.streamSilent])
        for _ in 0..<1000 { clock(&driver, time(0, 124_000)) }
        #expect(driver.reconnects == 1)
    }

    @Test("A time far ahead is believed when it is told again, once is not enough")
    func clockAhead() {
        var driver = live(venue: (0..<100).map { candle($0, close: 80) })
        for second in 0..<5 { clock(&driver, time(0, Int64(second) * 1000)) }
        clock(&driver, time(60, 0))
        driver.tell(trade(time(0, 6000), 60, id: 1))
        clock(&driver, time(0, 7000))
        #expect(driver.candles(symbol).isEmpty && driver.fetches.isEmpty)
        clock(&driver, time(60, 0))
        clock(&driver, time(60, 1000))
        #expect(driver.alerts.map(\.code).contains(.clockJump))
        // What lies between is the venue's to tell: this program may have slept.
        #expect(driver.fetches.first?.from.milliseconds == time(0))
    }

    @Test("A clock that goes back tells nothing twice")
    func clockBack() {
        var driver = live()
        for second in 0..<5 { clock(&driver, time(0, Int64(second) * 1000)) }
        driver.tell(trade(time(0, 5000), 60, id: 1))
        driver.tell(trade(time(1, 700), 60, id: 2))
        #expect(driver.candles(symbol).count == 1)
        for second in 0..<3 { clock(&driver, time(-60, Int64(second) * 1000)) }
        #expect(driver.alerts.map(\.code) == [.clockJump])
        for minute in -60..<0 { clock(&driver, time(minute, 10_000)) }
        #expect(driver.candles(symbol).count == 1)
    }

    @Test("Numbers that begin anew are not taken for trades that were seen")
    func numbersRestart() {
        var driver = live(venue: (0..<10).map { candle($0, close: 90) })
        driver.tell(trade(time(0, 1000), 60, id: 1_000_000))
        driver.tell(trade(time(2, 0), 61, id: 1))
        driver.tell(trade(time(3, 600), 62, id: 2), at: time(3, 600))
        driver.tell(trade(time(4, 600), 63, id: 3), at: time(4, 600))
        #expect(driver.candles(symbol).map(\.close) == [90, 90, 90, 62])
    }

    @Test("A trade that cannot be true is left out and told once")
    func unsound() {
        var driver = live()
        driver.tell(trade(time(0, 1000), 60, id: 1))
        for price in [0, -1, Double.nan, .infinity] { driver.tell(trade(time(0, 2000), price, id: 2)) }
        driver.tell(trade(Int64.max, 60, id: 2))
        driver.tell(trade(time(0, 2000), 60, id: -5))
        driver.tell(trade(time(1, 1000), 60, id: 2))
        #expect(driver.candles(symbol) == [candle(0, close: 60)])
        #expect(driver.alerts.map(\.code) == [.unsoundTrade])
    }

    @Test("A coarse candle that began before its minutes were there is the venue's own")
    func coarse() {
        var driver = live(venue: (-10..<10).map { candle($0, close: 100 + Double($0)) })
        for minute in 0..<6 {
            driver.tell(trade(time(minute, 0), 60, id: Int64(minute)), at: time(minute))
            driver.tell(trade(time(minute, 600), 60, id: 0), at: time(minute, 600))
        }
        // The history ended with the minute before the start: only candles that began there are made of it.
        let three = driver.closed.filter { $0.timeframe == .m3 }
        let first = Timeframe.m3.openTime(containing: Timestamp(milliseconds: Self.start))
        #expect(three.first?.openTime == first)
        let began = first.milliseconds < time(-1)
        #expect(three.first?.isFetched == began)
        #expect(three.count >= 1)
    }

    /// A core that begins at minute 1 with the minutes before as its history. Minute 0 ends a candle of 3, of 5 and of
    /// 15 minutes.
    private func begun(after first: Int, newest: [Timeframe: Timestamp]?) -> CoreDriver {
        let minutes = (-20..<10).map { candle($0, close: 100 + Double($0)) }
        var driver = CoreDriver(HeartbeatCore(), venue: [symbol: minutes])
        let history = minutes.filter { $0.openTime.milliseconds >= time(first) && $0.openTime.milliseconds < time(1) }
        driver.core.follow(symbol, history: SymbolHistory(minutes: history, newest: newest))
        driver.tell(.connected, at: time(1, 500))
        for second in 1...5 { clock(&driver, time(1, Int64(second) * 1000)) }
        return driver
    }

    @Test("Coarse candles that ended with a stored minute and are not stored are told when the connection stands")
    func owed() {
        let newest: [Timeframe: Timestamp] = [.m3: candle(-5, close: 0).openTime, .m5: candle(-9, close: 0).openTime]
        let driver = begun(after: -5, newest: newest)
        #expect(driver.candles(symbol, .m3).map(\.openTime.milliseconds) == [time(-2)])
        #expect(driver.candles(symbol, .m5).map(\.openTime.milliseconds) == [time(-4)])
        #expect(driver.candles(symbol, .m5).map(\.close) == [100])
        // Of this one minutes are missing.
        #expect(driver.fetches.filter { $0.timeframe == .m15 }.map(\.from.milliseconds) == [time(-14)])
        #expect(driver.candles(symbol, .m15).map(\.volume) == [15])
        #expect(driver.closed.allSatisfy { $0.closedAt.milliseconds >= time(1) })
    }

    @Test("Those that waited behind one that is fetched come after it, each once")
    func owedInOrder() {
        let driver = begun(after: -4, newest: [:])
        #expect(driver.candles(symbol, .m3).map(\.openTime.milliseconds) == [time(-5), time(-2)])
        #expect(driver.closed.filter { $0.timeframe == .m3 }.map(\.isFetched) == [true, false])
    }

    @Test("What is stored already is not told again")
    func nothingOwed() {
        let newest = Dictionary(
            uniqueKeysWithValues: Timeframe.allCases.map {
                ($0, Timestamp(milliseconds: $0.openTime(containing: candle(0, close: 0).openTime).milliseconds))
            })
        for newest in [newest, nil] {
            let driver = begun(after: -5, newest: newest)
            #expect(driver.closed.isEmpty && driver.fetches.isEmpty)
        }
    }

    @Test("After a long absence the candle that was broken off and the one that began inside are both the venue's")
    func brokenOffTwice() {
        var settings = HeartbeatSettings()
        settings.longestRecovery = 10
        let minutes = (-60..<40).map { candle($0, close: 100 + Double($0)) }
        var driver = CoreDriver(HeartbeatCore(settings: settings), venue: [symbol: minutes])
        driver.unanswered = [.m15]
        driver.core.follow(symbol, history: SymbolHistory(minutes: [candle(-40, close: 60)]))
        driver.tell(.connected, at: time(13, 500))
        for second in 13 * 60...19 * 60 { clock(&driver, time(0, Int64(second) * 1000)) }
        let asked = { (driver: CoreDriver) in driver.fetches.filter { $0.timeframe == .m15 } }
        #expect(driver.candles(symbol).contains { $0.openTime.milliseconds == time(15) })
        #expect(asked(driver).map(\.from.milliseconds) == [time(-44)])
        for open in [-44, 1] {
            guard let fetch = asked(driver).last else { break }
            #expect(fetch.from.milliseconds == time(open))
            var candle = candle(open, close: 7)
            candle.volume = 15
            driver.tell(.fetched(fetch, [candle]))
        }
        #expect(driver.candles(symbol, .m15).map(\.openTime.milliseconds) == [time(-44), time(1)])
        #expect(asked(driver).count == 2)
    }

    @Test("Symbols beyond the bound are refused")
    func mostSymbols() throws {
        var core = HeartbeatCore()
        let last = try Symbol("ZZZ/B")
        for number in 0..<HeartbeatCore.mostSymbols {
            let symbol = try Symbol("A\(number)/B")
            core.follow(symbol)
        }
        let isTaken = core.follow(last)
        #expect(!isTaken)
        core.unfollow(try Symbol("A7/B"))
        core.follow(last)
        #expect(core.symbols.contains(last))
    }
}
