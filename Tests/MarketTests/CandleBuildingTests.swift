import Market
import TestSupport
import Testing
import Wording

@Suite("Building candles")
struct CandleBuildingTests {
    let symbol: Symbol

    init() throws {
        symbol = try Symbol("BTC/USDT")
    }

    private func tick(_ seconds: Double, _ price: Double, _ quantity: Double = 1) -> Tick {
        Tick(
            time: Timestamp(milliseconds: 1_514_764_800_000 + Int64(seconds * 1000)), price: price, quantity: quantity)
    }

    @Test("ticks of one slot make its candle; the first tick of a later slot closes it")
    func ticks() {
        var builder = CandleBuilder(timeframe: .m1)
        var closed: [Candle] = []
        for one in [tick(1, 10), tick(2, 12), tick(30, 9, 2), tick(59.999, 11), tick(60, 20), tick(200, 21)] {
            #expect(builder.add(one) { closed.append($0) } == .taken)
        }
        #expect(closed == [minute(0, 10, 12, 9, 11, 5), minute(1, 20, 20, 20, 20, 1)])
        #expect(builder.takeOpen() == minute(3, 21, 21, 21, 21, 1))
        #expect(builder.takeOpen() == nil)
    }

    @Test("late and unsound ticks are told and left out")
    func lateTicks() {
        var builder = CandleBuilder(timeframe: .m1)
        var closed: [Candle] = []
        _ = builder.add(tick(61, 10)) { closed.append($0) }
        #expect(builder.add(tick(59, 1000)) { closed.append($0) } == .late)
        #expect(builder.add(tick(60.5, 9)) { closed.append($0) } == .taken)
        builder.advance(to: tick(120, 1).time) { closed.append($0) }
        #expect(builder.add(tick(119, 1000)) { closed.append($0) } == .late)
        #expect(builder.lateCount == 2)
        for bad in [tick(130, .nan), tick(130, 0), tick(130, -1), tick(130, 1, -1), tick(130, 1, .infinity)] {
            #expect(builder.add(bad) { closed.append($0) } == .unsound)
        }
        #expect(closed == [minute(1, 10, 10, 9, 9, 2)])
    }

    @Test("the clock closes a candle at its last instant, not before")
    func clock() {
        var builder = CandleBuilder(timeframe: .m1)
        var closed: [Candle] = []
        _ = builder.add(tick(5, 10)) { closed.append($0) }
        builder.advance(to: tick(59.999, 1).time) { closed.append($0) }
        #expect(closed.isEmpty)
        builder.advance(to: tick(60, 1).time) { closed.append($0) }
        #expect(closed == [minute(0, 10, 10, 10, 10, 1)])
        #expect(builder.open == nil)
    }

    @Test("silence makes no candle, or a flat one when asked for, never more than a day of minutes")
    func silence() {
        for flat in [false, true] {
            var builder = CandleBuilder(timeframe: .m1, flatWhenSilent: flat)
            var closed: [Candle] = []
            _ = builder.add(tick(5, 10)) { closed.append($0) }
            _ = builder.add(tick(185, 12)) { closed.append($0) }
            builder.advance(to: tick(300, 1).time) { closed.append($0) }
            let flats = [minute(1, 10, 10, 10, 10, 0), minute(2, 10, 10, 10, 10, 0)]
            let last = [minute(3, 12, 12, 12, 12, 1)] + (flat ? [minute(4, 12, 12, 12, 12, 0)] : [])
            #expect(closed == [minute(0, 10, 10, 10, 10, 1)] + (flat ? flats : []) + last)
            let before = closed.count
            builder.advance(to: tick(60.0 * 100_000, 1).time) { closed.append($0) }
            #expect(closed.count == before)
        }
    }

    @Test("coarse candles are whole multiples only")
    func multiples() {
        #expect(throws: MarketError.self) { try CandleResampler(from: .m10, to: .m15) }
        #expect(throws: MarketError.self) { try CandleResampler(from: .h1, to: .m15) }
    }

    @Test("an incomplete last coarse candle is dropped, an incomplete first one and inner ones are kept")
    func incomplete() throws {
        func coarse(_ minutes: [Int]) throws -> [Candle] {
            let fine = try CandleSeries(
                symbol: symbol, timeframe: .m1,
                candles: minutes.map { minute($0, 10 + Double($0), 12 + Double($0), 9, 11 + Double($0), 1) })
            return Array(try CandleResampler.resample(fine, to: .m3))
        }
        #expect(try coarse([0, 1, 2]) == [minute(0, 10, 14, 9, 13, 3)])
        #expect(try coarse([0, 1]) == [])
        #expect(try coarse([2]) == [minute(0, 12, 14, 9, 13, 1)])
        #expect(try coarse([1, 2, 3, 4]) == [minute(0, 11, 14, 9, 13, 2)])
        #expect(try coarse([0, 3, 5]) == [minute(0, 10, 12, 9, 11, 1), minute(3, 13, 17, 9, 16, 2)])
        #expect(try coarse([0, 5, 30]) == [minute(0, 10, 12, 9, 11, 1), minute(3, 15, 17, 9, 16, 1)])
    }

    @Test("going through a middle timeframe changes nothing but the last bits of the volume", arguments: [1, 2, 3])
    func transitive(seed: UInt64) throws {
        let fine = SyntheticMarket.generate(.init(seed: seed, symbol: symbol, timeframe: .m1, count: 30_000))
        let direct = try CandleResampler.resample(fine, to: .h4)
        let staged = try CandleResampler.resample(try CandleResampler.resample(fine, to: .m15), to: .h4)
        #expect(difference(direct, staged, tolerance: 1e-12) == nil, "seed \(seed)")
        #expect(direct.count >= 100)
    }

    @Test("real quarter hours make the real hours", .enabled(if: SharedData.isThere, SharedData.absence))
    func quarterHours() throws {
        let reader = CandleCSVReader(symbol: symbol)
        let fine = try reader.read(SharedData.path("binance_btcusdt_15m.csv.gz"))
        let built = try CandleResampler.resample(fine, to: .h1)
        let real = try reader.read(SharedData.path("binance_btcusdt_1h.csv.gz"))
        #expect(try compareComplete(built, real, fine: fine) == 29_138)
    }

    @Test(
        "real hours make the real days", .enabled(if: SharedData.isThere, SharedData.absence),
        arguments: ["btcusdt", "ethusdt"])
    func days(market: String) throws {
        let reader = CandleCSVReader(symbol: symbol)
        let fine = try reader.read(SharedData.path("binance_\(market)_1h.csv.gz"))
        let built = try CandleResampler.resample(fine, to: .d1)
        let real = try reader.read(SharedData.path("binance_\(market)_1d.csv.gz"))
        #expect(try compareComplete(built, real, fine: fine) == 3013)
    }

    @Test(
        "real trades make the minutes that another program made of them",
        .enabled(if: SharedData.isThere, SharedData.absence))
    func trades() throws {
        var builder = CandleBuilder(timeframe: .m1)
        var closed: [Candle] = []
        try TickCSVReader().read(SharedData.path("binance_xrpeth_aggtrades_2019-10-11_13.csv.gz")) { tick in
            builder.add(tick) { closed.append($0) } == .taken
        }
        let built = try CandleSeries(symbol: symbol, timeframe: .m1, candles: closed)
        let real = try CandleCSVReader(symbol: symbol)
            .read(SharedData.path("binance_xrpeth_1m_2019-10-11_13.csv.gz"))
        // The last minute is still open when the trades end.
        #expect(built.count == 2468)
        #expect(difference(built, real.slice(0..<2468), tolerance: 1e-12) == nil)
    }

    @Test(
        "a file of trades that is wrong is named by line and value",
        arguments: [
            ("x,1,1570752011620,true", "price is \"x\""), ("0,1,1570752011620,true", "price is \"0\""),
            ("1,-1,1570752011620,true", "quantity is \"-1\""), ("1,1,soon,true", "transact_time is \"soon\""),
            ("1,1,1570752011620,maybe", "is_buyer_maker is \"maybe\""), ("1,1", "the line has 2 columns"),
            ("1,1,1570752011000,true", "comes after"),
            ("\n1,1,1570752012000,true", "the line is blank"),
        ])
    func badTrades(row: String, expected: String) throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write("price,quantity,transact_time,is_buyer_maker\n1,1,1570752011500,true\n\(row)\n")
        let error = #expect(throws: CandleFileError.self) { try TickCSVReader().read(path) { _ in true } }
        #expect(error?.line == 3)
        #expect(error?.detail.english.contains(expected) == true)
    }

    /// The first place where two series differ: exactly in times and prices, by a fraction in volumes.
    private func difference(_ left: CandleSeries, _ right: CandleSeries, tolerance: Double) -> String? {
        guard left.count == right.count else { return "\(left.count) and \(right.count) candles" }
        for (one, other) in zip(left, right) {
            var other = other
            if abs(one.volume - other.volume) <= tolerance * other.volume { other.volume = one.volume }
            if one != other { return "\(one) and \(other)" }
        }
        return nil
    }

    /// Compares the built candles for which no fine one is missing with the real ones; answers how many there are.
    private func compareComplete(_ built: CandleSeries, _ real: CandleSeries, fine: CandleSeries) throws -> Int {
        let step = built.timeframe.milliseconds
        var compared = 0
        for candle in built {
            let first = fine.firstIndex(from: candle.openTime)
            let end = fine.firstIndex(from: Timestamp(milliseconds: candle.openTime.milliseconds + step))
            guard Int64(end - first) * fine.timeframe.milliseconds == step else { continue }
            let index = real.firstIndex(from: candle.openTime)
            guard index < real.count, real[index].openTime == candle.openTime else { continue }
            var other = real[index]
            if abs(candle.volume - other.volume) <= 1e-12 * other.volume { other.volume = candle.volume }
            try #require(candle == other)
            compared += 1
        }
        return compared
    }
}
