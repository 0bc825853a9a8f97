import Market
import TestSupport
import Testing
import Wording

@Suite("Times, timeframes and symbols")
struct WordsTests {
    @Test(
        "a time is read and printed in UTC",
        arguments: [
            ("2024-01-02", "2024-01-02T00:00:00Z"), ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
            ("2024-02-29 23:59", "2024-02-29T23:59:00Z"), ("1970-01-01", "1970-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.250Z", "1969-12-31T23:59:59.250Z"), ("2000-02-29", "2000-02-29T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ])
    func readsTimes(text: String, expected: String) throws {
        #expect(try Timestamp(parsing: text).description == expected)
    }

    @Test(
        "what is no time is refused with what was expected",
        arguments: [
            "", "2024", "2024-13-01", "2023-02-29", "1900-02-29", "2024-01-02T24:00:00Z", "2024-01-02T03:04:05Zx",
            "24-01-02", "2024-01-02T3:04", "2024-00-10", "0000-01-01", "2024/01/02", "१०१०-०१-०१",
        ])
    func refusesTimes(text: String) {
        #expect(throws: MarketError.self) { try Timestamp(parsing: text) }
    }

    @Test("known instants have their known milliseconds")
    func knownInstants() throws {
        #expect(try Timestamp(parsing: "2018-01-01").milliseconds == 1_514_764_800_000)
        #expect(try Timestamp(parsing: "2019-12-31T23:59:00Z").milliseconds == 1_577_836_740_000)
        #expect(Timestamp(milliseconds: 951_782_400_000).description == "2000-02-29T00:00:00Z")
    }

    @Test("printing and reading agree over 600 years of days")
    func dayRoundTrip() throws {
        var days = 0
        for day in stride(from: Int64(-140_000), to: 140_000, by: 13) {
            let time = Timestamp(milliseconds: day * 86_400_000 + 12_345_678)
            #expect(try Timestamp(parsing: time.description) == time)
            days += 1
        }
        #expect(days > 20_000)
    }

    @Test("every timeframe has a slot that holds the instant and begins on its grid", arguments: Timeframe.allCases)
    func slots(timeframe: Timeframe) {
        var random = SeededNumbers(seed: 3)
        for _ in 0..<500 {
            let time = Timestamp(milliseconds: Int64(random.next() % 4_000_000_000_000) - 1_000_000_000_000)
            let open = timeframe.openTime(containing: time)
            #expect(open <= time && time.milliseconds < open.milliseconds + timeframe.milliseconds, "seed 3")
            #expect(timeframe.isOpenTime(open), "seed 3")
            #expect(timeframe.openTime(containing: open) == open, "seed 3")
        }
        #expect(Timeframe(rawValue: timeframe.description) == timeframe)
        #expect(Timeframe(milliseconds: timeframe.milliseconds) == timeframe)
        #expect(timeframe.isMultiple(of: timeframe) && timeframe.isMultiple(of: .m1))
    }

    @Test("weeks begin on Monday")
    func weeks() throws {
        let wednesday = try Timestamp(parsing: "2024-01-03T10:00:00Z")
        #expect(Timeframe.w1.openTime(containing: wednesday).description == "2024-01-01T00:00:00Z")
        let sunday = try Timestamp(parsing: "2024-01-07T23:59:59Z")
        #expect(Timeframe.w1.openTime(containing: sunday).description == "2024-01-01T00:00:00Z")
    }

    @Test("timeframes are in order and the heartbeat has eight")
    func timeframeOrder() {
        #expect(Timeframe.allCases == Timeframe.allCases.sorted())
        #expect(Timeframe.heartbeat.map(\.rawValue) == ["1m", "3m", "5m", "10m", "15m", "1h", "2h", "4h"])
        #expect(Timeframe.h1.isMultiple(of: .m15) && !Timeframe.m15.isMultiple(of: .m10))
        #expect(!Timeframe.m1.isMultiple(of: .h1) && Timeframe.w1.isMultiple(of: .h8))
    }

    @Test("an unknown timeframe is refused and the known ones are named")
    func unknownTimeframe() {
        let error = #expect(throws: MarketError.self) { try Timeframe(parsing: "7m") }
        #expect(error?.message.english.contains("\"7m\"") == true)
        #expect(error?.message.english.contains("15m") == true)
        #expect(error?.message.french.contains("unité de temps") == true)
    }

    @Test("symbols are read, raised and ordered")
    func symbols() throws {
        let symbol = try Symbol("btc/usdt")
        #expect(symbol.description == "BTC/USDT" && symbol.base == "BTC" && symbol.quote == "USDT")
        #expect(try Symbol("1000SATS/USDT").base == "1000SATS")
        #expect(try Symbol("ADA/USDT") < Symbol("BTC/EUR"))
    }

    @Test(
        "what is no symbol is refused",
        arguments: ["", "BTCUSDT", "BTC/", "/USDT", "BTC/USDT/X", "BTC USDT", "../X", "BTC/US\u{0}", "ÉTH/USDT", "."])
    func refusesSymbols(text: String) {
        #expect(throws: MarketError.self) { try Symbol(text) }
    }

    @Test("text from outside stands in a message on one line, short and printable")
    func quoting() {
        #expect(quotedForMessage("a\nb\u{1B}[31m") == "\"a?b?[31m\"")
        #expect(quotedForMessage(String(repeating: "x", count: 500)).count == 45)
    }
}
