import Market
import Testing
import Wording

func minute(_ index: Int, _ open: Double, _ high: Double, _ low: Double, _ close: Double, _ volume: Double) -> Candle {
    Candle(
        openTime: Timestamp(milliseconds: 1_514_764_800_000 + Int64(index) * 60_000), open: open, high: high, low: low,
        close: close, volume: volume)
}

@Suite("Candles in columns")
struct CandleSeriesTests {
    let symbol: Symbol

    init() throws {
        symbol = try Symbol("BTC/USDT")
    }

    @Test("what goes in comes out, by index and by column")
    func roundTrip() throws {
        let candles = (0..<1000).map { minute($0 * 2, 10, 12, 9, 11, Double($0)) }
        let series = try CandleSeries(symbol: symbol, timeframe: .m1, candles: candles)
        #expect(Array(series) == candles)
        #expect(series.closes[999] == 11 && series.volumes[999] == 999)
        #expect(series.firstTime == candles[0].openTime && series.lastTime == candles[999].openTime)
    }

    @Test("an empty series is a series")
    func empty() throws {
        let series = try CandleSeries(symbol: symbol, timeframe: .m1, candles: [])
        #expect(series.count == 0 && series.firstTime == nil && series.gaps.isEmpty)
        #expect(series.slice(from: Timestamp(milliseconds: 5)).isEmpty)
    }

    @Test("slices take the start and leave the end out")
    func slices() throws {
        let candles = (0..<100).map { minute($0, 10, 12, 9, 11, Double($0)) }
        let series = try CandleSeries(symbol: symbol, timeframe: .m1, candles: candles)
        let part = series.slice(from: candles[10].openTime, to: candles[20].openTime)
        #expect(Array(part) == Array(candles[10..<20]))
        #expect(series.slice(to: candles[0].openTime).isEmpty)
        #expect(series.slice(from: candles[50].openTime, to: candles[40].openTime).isEmpty)
        #expect(series.firstIndex(from: Timestamp(milliseconds: candles[10].openTime.milliseconds + 1)) == 11)
    }

    @Test(
        "a candle that breaks the rules is refused with the rule it breaks",
        arguments: [
            (minute(1, .nan, 12, 9, 11, 1), CandleDefect.notFinite(.open, .nan)),
            (minute(1, 10, .infinity, 9, 11, 1), .notFinite(.high, .infinity)),
            (minute(1, 10, 12, 9, 11, .infinity), .notFinite(.volume, .infinity)),
            (minute(1, 10, 12, 0, 11, 1), .priceNotPositive(.low, 0)),
            (minute(1, 10, 12, -1, 11, 1), .priceNotPositive(.low, -1)),
            (minute(1, 10, 12, 9, 11, -1), .negativeVolume(-1)),
            (minute(1, 10, 8, 9, 9, 1), .highBelowLow(high: 8, low: 9)),
            (minute(1, 13, 12, 9, 11, 1), .outsideRange(.open, 13, low: 9, high: 12)),
            (minute(1, 10, 12, 9, 8, 1), .outsideRange(.close, 8, low: 9, high: 12)),
            (minute(0, 10, 12, 9, 11, 1), .duplicateTime(Timestamp(milliseconds: 1_514_764_800_000))),
        ])
    func defects(candle: Candle, expected: CandleDefect) throws {
        var builder = CandleSeriesBuilder(symbol: symbol, timeframe: .m1)
        try builder.append(minute(0, 10, 12, 9, 11, 1))
        var found: CandleDefect?
        do { try builder.append(candle) } catch { found = error }
        // NaN is not equal to itself: the texts are compared.
        #expect(found?.message == expected.message)
        #expect(builder.count == 1)
        try builder.append(minute(1, 10, 12, 9, 11, 1))
        #expect(builder.finish().count == 2)
    }

    @Test("times outside the calendar are refused and overflow nothing", arguments: [Int64.min, -60_000, .max])
    func outsideCalendar(milliseconds: Int64) throws {
        var candle = minute(0, 10, 12, 9, 11, 1)
        candle.openTime = Timestamp(milliseconds: milliseconds)
        for timeframe in Timeframe.allCases {
            #expect(throws: CandleDefect.outsideCalendar(candle.openTime)) {
                try CandleSeries(symbol: symbol, timeframe: timeframe, candles: [candle])
            }
            _ = timeframe.openTime(containing: candle.openTime)
        }
        var builder = CandleBuilder(timeframe: .w1, flatWhenSilent: true)
        #expect(builder.add(Tick(time: candle.openTime, price: 1, quantity: 1)) { _ in } == .unsound)
        #expect(!candle.openTime.description.isEmpty)
    }

    @Test("times that fall or are off the grid are refused")
    func times() throws {
        var builder = CandleSeriesBuilder(symbol: symbol, timeframe: .m3)
        try builder.append(minute(3, 10, 12, 9, 11, 1))
        var found: [CandleDefect] = []
        for index in [0, 4, 6] {
            do { try builder.append(minute(index, 10, 12, 9, 11, 1)) } catch { found.append(error) }
        }
        let first = minute(3, 0, 0, 0, 0, 0).openTime
        #expect(
            found == [
                .timeOutOfOrder(minute(0, 0, 0, 0, 0, 0).openTime, after: first),
                .offGrid(minute(4, 0, 0, 0, 0, 0).openTime, .m3),
            ])
        #expect(builder.finish().count == 2)
    }

    @Test("gaps are listed with what is missing")
    func gaps() throws {
        let candles = [0, 1, 2, 5, 6, 100].map { minute($0, 10, 12, 9, 11, 1) }
        let series = try CandleSeries(symbol: symbol, timeframe: .m1, candles: candles)
        #expect(series.gaps.map(\.count) == [2, 93])
        #expect(series.gaps.map(\.nextIndex) == [3, 5])
        #expect(series.gaps[0].first == minute(3, 0, 0, 0, 0, 0).openTime)
        #expect(series.gaps[0].last == minute(4, 0, 0, 0, 0, 0).openTime)
    }
}
