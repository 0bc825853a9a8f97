import Broker
import Market
import Testing

@testable import BinanceBroker

@Suite("Candles in pages") struct CandlePagesTests {
    private func time(_ text: String) throws -> Timestamp { try Timestamp(parsing: text) }

    private func request(
        _ timeframe: Timeframe, _ from: String, _ to: String, limit: Int = 1_000_000
    ) throws -> CandleRequest {
        CandleRequest(
            symbol: try Symbol("BTC/USDT"), timeframe: timeframe, from: try time(from), to: try time(to), limit: limit)
    }

    /// Rows as the venue writes them, of one price each.
    private func rows(_ times: [Int64], price: Int64 = 100) throws -> JSONDocument {
        let bar = "\"\(price)\",\"\(price + 1)\",\"\(price - 1)\",\"\(price)\",\"2\",0,\"0\",1,\"0\",\"0\",\"0\""
        return try JSONDocument("[" + times.map { "[\($0),\(bar)]" }.joined(separator: ",") + "]")
    }

    @Test func `the bar in progress is left out and a missing bar stays missing`() throws {
        var pages = CandlePages(try request(.h1, "2024-01-01T00:00Z", "2024-01-01T06:00Z"))
        #expect(
            pages.next
                == .init(
                    interval: "1h", start: try time("2024-01-01T00:00Z"),
                    last: Timestamp(milliseconds: try time("2024-01-01T06:00Z").milliseconds - 1), limit: 1000))
        try pages.take(try Payload.document("klines"), now: try time("2024-01-01T04:30Z"))
        #expect(
            pages.candles.map(\.openTime.description) == [
                "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T03:00:00Z",
            ])
        #expect(
            pages.candles[0]
                == Candle(
                    openTime: try time("2024-01-01"), open: 42283.58, high: 42554.57, low: 42261.02, close: 42475.23,
                    volume: 1271.68108))
        #expect(pages.next == nil)
    }

    @Test func `a bar is closed from the instant after its last one on`() throws {
        for (now, count) in [("2024-01-01T04:59:59.999Z", 3), ("2024-01-01T05:00:00Z", 4)] {
            var pages = CandlePages(try request(.h1, "2024-01-01", "2024-01-02"))
            try pages.take(try Payload.document("klines"), now: try time(now))
            #expect(pages.candles.count == count)
        }
    }

    @Test func `full pages follow each other until a short one`() throws {
        let start = try time("2024-01-01").milliseconds
        var pages = CandlePages(try request(.m1, "2024-01-01", "2024-01-03"))
        let now = try time("2024-02-01")
        try pages.take(try rows((0..<1000).map { start + $0 * 60_000 }), now: now)
        #expect(pages.next?.start.milliseconds == start + 999 * 60_000 + 1)
        try pages.take(try rows((1000..<1500).map { start + $0 * 60_000 }), now: now)
        #expect(pages.next == nil)
        #expect(pages.candles.count == 1500)
    }

    @Test func `a limit asks for no more rows than it needs and is kept`() throws {
        let start = try time("2024-01-01").milliseconds
        var pages = CandlePages(try request(.m1, "2024-01-01", "2024-01-03", limit: 3))
        #expect(pages.next?.limit == 4)
        try pages.take(try rows((0..<4).map { start + $0 * 60_000 }), now: try time("2024-02-01"))
        #expect(pages.candles.count == 3)
        #expect(pages.next == nil)
    }

    @Test func `times between bars are rounded up to the next open time, and empty ranges ask nothing`() throws {
        let pages = CandlePages(try request(.h1, "2024-01-01T00:00:00.001Z", "2024-01-01T02:30Z"))
        #expect(pages.next?.start == (try time("2024-01-01T01:00Z")))
        #expect(pages.next?.last.milliseconds == (try time("2024-01-01T03:00Z").milliseconds) - 1)
        #expect(CandlePages(try request(.h1, "2024-01-02", "2024-01-01")).next == nil)
        #expect(CandlePages(try request(.h1, "2024-01-01", "2024-01-02", limit: 0)).next == nil)
    }

    @Test func `10m is put together from 5m`() throws {
        let start = try time("2024-01-01").milliseconds
        var pages = CandlePages(try request(.m10, "2024-01-01T00:03Z", "2024-01-01T00:40Z"))
        #expect(pages.next?.interval == "5m")
        #expect(pages.next?.start == (try time("2024-01-01T00:10Z")))
        #expect(pages.next?.last.milliseconds == (try time("2024-01-01T00:40Z").milliseconds) - 1)
        // The second half of 00:20 is missing, and 00:35 is in progress.
        try pages.take(
            try rows([10, 15, 20, 30, 35].map { start + $0 * 60_000 }), now: try time("2024-01-01T00:36Z"))
        #expect(
            pages.candles.map { "\($0.openTime) \($0.volume)" } == [
                "2024-01-01T00:10:00Z 4.0", "2024-01-01T00:20:00Z 2.0",
            ])
    }

    @Test func `a 10m candle whose last half is missing is over when its time has passed`() throws {
        let start = try time("2024-01-01").milliseconds
        for (now, count) in [("2024-01-01T00:09:59Z", 0), ("2024-01-01T00:10Z", 1)] {
            var pages = CandlePages(try request(.m10, "2024-01-01", "2024-01-01T01:00Z"))
            try pages.take(try rows([start]), now: try time(now))
            #expect(pages.candles.count == count)
        }
    }

    @Test func `rows that go back in time are refused, not repeated for ever`() throws {
        let start = try time("2024-01-01").milliseconds
        var pages = CandlePages(try request(.m1, "2024-01-01", "2024-01-03"))
        let late = try rows([start, start])
        #expect(throws: UnreadableReply.self) { try pages.take(late, now: try time("2024-02-01")) }
    }

    @Test(arguments: [
        #"[[1704067200000,"2","1","1","2","1"]]"#, #"[[1704067200000,"1","1","1","1"]]"#, #"[{"t":1}]"#,
        #"[[1704067200000,"0","1","0","1","1"]]"#, #"[["x","1","1","1","1","1"]]"#,
        #"[[1704067200000,"a","1","1","1","1"]]"#,
        #"{"rows":[]}"#,
    ])
    func `a row that cannot be a candle is refused`(text: String) throws {
        var pages = CandlePages(try request(.m1, "2024-01-01", "2024-01-03"))
        let document = try JSONDocument(text)
        #expect(throws: UnreadableReply.self) { try pages.take(document, now: try time("2024-02-01")) }
    }

    @Test func `a bar off the grid is left out`() throws {
        let start = try time("2024-01-01").milliseconds
        var pages = CandlePages(try request(.m1, "2024-01-01", "2024-01-01T00:05Z"))
        try pages.take(try rows([start, start + 61_000, start + 120_000]), now: try time("2024-02-01"))
        #expect(pages.candles.map(\.openTime.milliseconds) == [start, start + 120_000])
    }
}
