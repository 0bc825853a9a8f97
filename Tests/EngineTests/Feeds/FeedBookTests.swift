import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading

@Suite("The book of feeds")
struct FeedBookTests {
    private static let market = VenueName("test")!
    private let start = ContinuousClock.now
    private let minute: Int64 = 60_000

    private func key(_ symbol: String, _ timeframe: Timeframe = .m1) throws -> CandleKey {
        CandleKey(venue: Self.market, symbol: try Symbol(symbol), timeframe: timeframe)
    }

    private func candle(_ slot: Int64, _ timeframe: Timeframe = .m1) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: slot * timeframe.milliseconds), open: 10, high: 12, low: 9, close: 11,
            volume: Double(slot % 7))
    }

    private func candles(_ slots: ClosedRange<Int64>, _ timeframe: Timeframe = .m1) -> [Candle] {
        slots.map { candle($0, timeframe) }
    }

    private let first = ActiveStrategyID(1)
    private let second = ActiveStrategyID(2)

    /// A book with one strategy that runs on minutes 1 to 100.
    private func running(_ others: [CandleKey] = []) throws -> FeedBook {
        var book = FeedBook(patience: .seconds(2))
        _ = book.need(FeedNeeds(base: try key("BTC/USDT"), others: others), by: first)
        _ = book.loaded(1, candles(1...100), at: start)
        for number in 0..<others.count {
            _ = book.loaded(2 + number, candles(1...100, others[number].timeframe), at: start)
        }
        #expect(book.isReady(first))
        #expect(book.start(first, seen: 100, at: start).isEmpty)
        return book
    }

    @Test("a strategy's feeds are opened and loaded once, and shared by the next one")
    func opens() throws {
        var book = FeedBook()
        let needs = FeedNeeds(base: try key("BTC/USDT"), others: [try key("BTC/USDT", .h1)], history: 2000)
        let step = book.need(needs, by: first)
        #expect(step.opens.map(\.number) == [1, 2] && step.opens.allSatisfy { $0.rows == 4096 })
        #expect(step.loads.map(\.span) == [.last(2048), .last(2048)])
        #expect(!book.isReady(first))
        #expect(book.need(needs, by: second).isEmpty)
        #expect(book.feeds(of: first) == book.feeds(of: second))
        #expect(book.loaded(1, candles(1...3), at: start).appends == [FeedAppend(number: 1, candles: candles(1...3))])
        #expect(!book.isReady(second))
        // A venue may have nothing at all.
        #expect(book.loaded(2, [], at: start).isEmpty)
        #expect(book.isReady(first) && book.isReady(second))
        let deeper = FeedNeeds(base: try key("BTC/USDT"), history: 5000)
        #expect(book.need(deeper, by: ActiveStrategyID(3)).opens.map(\.rows) == [16_384])
    }

    @Test("the next candle is appended and its strategies are asked, all that share the feeds at once")
    func beats() throws {
        var book = try running()
        _ = book.need(FeedNeeds(base: try key("BTC/USDT")), by: second)
        _ = book.start(second, seen: 100, at: start)
        let step = book.take([.init(key: try key("BTC/USDT"), candle: candle(101))], at: start)
        #expect(step.appends == [FeedAppend(number: 1, candles: [candle(101)])])
        #expect(step.beats.map(\.strategies) == [[first, second]])
        #expect(step.beats.first?.count == 101 && step.beats.first?.candle == candle(101))
        #expect(step.beats.first?.closesAt == Timestamp(milliseconds: 102 * minute))
        #expect(step.loads.isEmpty && step.notices.isEmpty)
        #expect(book.take([.init(key: try key("ETH/USDT"), candle: candle(101))], at: start).isEmpty)
    }

    @Test("a candle that comes twice is taken once, one with impossible numbers never")
    func doubled() throws {
        var book = try running()
        let signal = FeedBook.Signal(key: try key("BTC/USDT"), candle: candle(101))
        _ = book.take([signal], at: start)
        #expect(book.take([signal, signal], at: start).isEmpty)
        #expect(book.take([.init(key: signal.key, candle: candle(50))], at: start).isEmpty)
        var broken = candle(102)
        broken.high = 1
        #expect(book.take([.init(key: signal.key, candle: broken)], at: start).notices.map(\.kind) == [.unsound])
        broken = candle(102)
        broken.openTime.milliseconds += 1
        #expect(book.take([.init(key: signal.key, candle: broken)], at: start).notices.map(\.kind) == [.unsound])
        #expect(book.count(of: 1) == 101)
    }

    @Test("a hole is loaded before the candle behind it is asked about; only the newest is asked about")
    func hole() throws {
        var book = try running()
        let key = try key("BTC/USDT")
        let step = book.take(
            [.init(key: key, candle: candle(105)), .init(key: key, candle: candle(104))], at: start)
        #expect(step.beats.isEmpty && step.appends.isEmpty)
        let missing = FeedLoad.Span.range(
            from: Timestamp(milliseconds: 101 * minute), to: Timestamp(milliseconds: 105 * minute))
        #expect(step.loads == [FeedLoad(number: 1, key: key, span: missing)])
        // What comes meanwhile waits; the load is not asked for again.
        #expect(book.take([.init(key: key, candle: candle(106))], at: start).isEmpty)
        let loaded = book.loaded(1, candles(101...104), at: start)
        #expect(loaded.appends == [FeedAppend(number: 1, candles: candles(101...106))])
        #expect(loaded.beats.map(\.candle) == [candle(106)] && loaded.beats.first?.count == 106)
    }

    @Test("a place that nobody has a candle for is given up; a candle that fills it later is told and left out")
    func late() throws {
        var book = try running()
        let key = try key("BTC/USDT")
        _ = book.take([.init(key: key, candle: candle(103))], at: start)
        let step = book.loaded(1, [candle(101)], at: start)
        #expect(step.appends == [FeedAppend(number: 1, candles: [candle(101), candle(103)])])
        #expect(step.beats.map(\.count) == [102])
        let late = book.take([.init(key: key, candle: candle(102))], at: start)
        #expect(late.notices.map(\.kind) == [.late] && late.appends.isEmpty && late.beats.isEmpty)
    }

    @Test("a strategy that reads another symbol waits for its candle, but not for ever")
    func patience() throws {
        var book = try running([try key("ETH/USDT")])
        let base = FeedBook.Signal(key: try key("BTC/USDT"), candle: candle(101))
        let other = FeedBook.Signal(key: try key("ETH/USDT"), candle: candle(101))
        #expect(book.take([base], at: start).beats.isEmpty)
        #expect(book.nextDeadline == start + .seconds(2))
        #expect(book.take([other], at: start).beats.map(\.lacking) == [[]])
        _ = book.take([.init(key: base.key, candle: candle(102))], at: start)
        #expect(book.look(at: start + .seconds(1)).isEmpty)
        let over = book.look(at: start + .seconds(2))
        #expect(over.beats.map(\.lacking) == [[other.key]])
        // The store is asked for what the signal did not bring.
        #expect(over.loads.map(\.number) == [2])
        #expect(book.nextDeadline == nil)
        // The next candle does not wait for the one that is known to be missing.
        _ = book.loaded(2, [], at: start)
        let next = book.take(
            [.init(key: base.key, candle: candle(103)), .init(key: other.key, candle: candle(103))], at: start)
        #expect(next.beats.map(\.candle) == [candle(103)])
    }

    @Test("candles of a timeframe without signals are loaded when one has closed")
    func unsignalled() throws {
        var book = FeedBook()
        let half = try key("BTC/USDT", .m30)
        let base = try key("BTC/USDT", .m15)
        _ = book.need(FeedNeeds(base: base, others: [half]), by: first)
        _ = book.loaded(1, candles(0...99, .m15), at: start)
        _ = book.loaded(2, candles(0...49, .m30), at: start)
        _ = book.start(first, seen: 100, at: start)
        // 25 h and 15 min: no half hour has closed.
        #expect(book.take([.init(key: base, candle: candle(100, .m15))], at: start).beats.count == 1)
        let step = book.take([.init(key: base, candle: candle(101, .m15))], at: start)
        #expect(step.beats.isEmpty && step.loads.map(\.number) == [2])
        let loaded = book.loaded(2, [candle(50, .m30)], at: start)
        #expect(loaded.beats.map(\.candle) == [candle(101, .m15)] && loaded.appends.map(\.number) == [2])
    }

    @Test("a strategy that had not seen the newest candle when it was loaded is asked about it")
    func startsLate() throws {
        var book = try running()
        _ = book.take([.init(key: try key("BTC/USDT"), candle: candle(101))], at: start)
        _ = book.need(FeedNeeds(base: try key("BTC/USDT")), by: second)
        let step = book.start(second, seen: 100, at: start)
        #expect(step.beats.map(\.strategies) == [[second]] && step.beats.first?.candle == candle(101))
        #expect(book.start(second, seen: 101, at: start).isEmpty)
    }

    @Test("who runs no more is not asked, and what it read stays for the next one")
    func forgets() throws {
        var book = try running()
        book.forget(first)
        let step = book.take([.init(key: try key("BTC/USDT"), candle: candle(101))], at: start)
        #expect(step.beats.isEmpty && step.appends.count == 1)
        #expect(book.need(FeedNeeds(base: try key("BTC/USDT")), by: second).isEmpty)
        #expect(book.isReady(second))
    }

    @Test("whatever order candles come in, a feed gets each once, in order, and the last is asked about")
    func anyOrder() throws {
        for seed in UInt64(1)...200 {
            var numbers = SeededNumbers(seed: seed)
            var book = try running()
            let key = try key("BTC/USDT")
            let all = candles(101...160)
            var appended: [Candle] = []
            var beats: [Candle] = []
            var loads: [FeedLoad] = []
            func note(_ step: FeedStep) {
                appended += step.appends.flatMap(\.candles)
                beats += step.beats.map(\.candle)
                loads += step.loads
                #expect(step.notices.isEmpty, "seed \(seed)")
            }
            var coming = all
            while !coming.isEmpty || !loads.isEmpty {
                if !loads.isEmpty, coming.isEmpty || numbers.chance(30) {
                    guard case .range(let from, let to) = loads.removeFirst().span else { continue }
                    note(book.loaded(1, all.filter { $0.openTime >= from && $0.openTime < to }, at: start))
                    continue
                }
                // One of the next few, so that they come out of order; one in five comes again.
                let place = numbers.below(min(4, coming.count))
                let candle = numbers.chance(20) ? coming[place] : coming.remove(at: place)
                note(book.take([.init(key: key, candle: candle)], at: start))
            }
            #expect(appended == all, "seed \(seed)")
            #expect(beats.last == all.last, "seed \(seed)")
            #expect(beats.map(\.openTime) == beats.map(\.openTime).sorted(), "seed \(seed)")
        }
    }
}
