import Broker
import Foundation
import Market
import Postgres
import Synchronization
import TestSupport
import Testing
import Wording

@testable import Storage

@Suite struct CandleImportTests {
    @Test func `candles come out as they went in, in every timeframe`() async throws {
        try await ScratchStore.with { store in
            for timeframe in Timeframe.allCases {
                // Over several periods of every kind of partition but the widest.
                let series = try Candles.series(stride(from: 0, to: 3000, by: 7).map { $0 * 11 }, timeframe)
                let result = try await store.candles.import(series, venue: .binance)
                #expect(result == CandleImport(added: series.count))
                let back = try await store.candles.series(try Candles.key(timeframe))
                #expect(back.isSame(as: series), "\(timeframe)")
            }
            #expect(try await store.candles.list().count == Timeframe.allCases.count)
        }
    }

    @Test func `a range is cut at its open times`() async throws {
        try await ScratchStore.with { store in
            let series = try Candles.series(0..<100, .h1)
            try await store.candles.import(series, venue: .binance)
            let key = try Candles.key(.h1)
            for (from, to) in [(10, 20), (0, 100), (-5, 3), (99, 200), (40, 40), (60, 50)] {
                let (low, high) = (Candles.candle(from, .h1).openTime, Candles.candle(to, .h1).openTime)
                let part = try await store.candles.series(key, from: low, to: high)
                #expect(part.isSame(as: series.slice(from: low, to: high)), "\(from) ..< \(to)")
                // A moment later than an open time leaves that candle out at either side.
                let later = Timestamp(milliseconds: low.milliseconds + 1)
                let shifted = try await store.candles.series(
                    key, from: later, to: Timestamp(milliseconds: high.milliseconds + 1))
                #expect(
                    shifted.isSame(
                        as: series.slice(from: later, to: Timestamp(milliseconds: high.milliseconds + 1))))
            }
        }
    }

    @Test func `a file that overlaps merges, and the same file again changes nothing`() async throws {
        try await ScratchStore.with { store in
            let key = try Candles.key()
            try await store.candles.import(try Candles.series(0..<100), venue: .binance)
            let again = try await store.candles.import(try Candles.series(0..<100), venue: .binance)
            #expect(again == CandleImport(unchanged: 100))
            let wider = try await store.candles.import(try Candles.series(50..<250), venue: .binance)
            #expect(wider == CandleImport(added: 150, unchanged: 50))
            // One that has holes where candles are kept takes nothing away.
            let sparse = try await store.candles.import(
                try Candles.series([240, 245, 250, 260]), venue: .binance)
            #expect(sparse == CandleImport(added: 2, unchanged: 2))
            let all = try await store.candles.series(key)
            let expected = try Candles.series(Array(0...250) + [260])
            #expect(all.isSame(as: expected))
            let summary = try #require(try await store.candles.summary(key))
            #expect(summary.count == 252)
            #expect(summary.gaps == 1)
            #expect(summary.missing == 9)
        }
    }

    @Test func `a candle with other numbers stops the import and is named`() async throws {
        try await ScratchStore.with { store in
            let key = try Candles.key()
            let kept = try Candles.series(0..<50)
            try await store.candles.import(kept, venue: .binance)
            var offered = Array(try Candles.series(40..<60))
            offered[3].close += 0.5
            offered[7].volume += 1
            let series = try CandleSeries(symbol: key.symbol, timeframe: key.timeframe, candles: offered)
            let error = await #expect(throws: CandleConflict.self) {
                try await store.candles.import(series, venue: .binance)
            }
            #expect(error?.kept == kept[43])
            #expect(error?.offered == offered[3])
            #expect(error?.message.english.contains("close 144.0, now 144.5") == true)
            #expect(try await store.candles.series(key).isSame(as: kept))

            let result = try await store.candles.import(series, venue: .binance, replacing: true)
            #expect(result == CandleImport(added: 10, replaced: 2, unchanged: 8))
            let expected = try CandleSeries(
                symbol: key.symbol, timeframe: key.timeframe, candles: Array(kept.prefix(40)) + offered)
            #expect(try await store.candles.series(key).isSame(as: expected))
        }
    }

    @Test func `an import that is told to stop leaves nothing`() async throws {
        try await ScratchStore.with { store in
            let parts = Mutex<[Double]>([])
            await #expect(throws: StorageError.interrupted) {
                try await store.candles.import(try Candles.series(0..<20_000), venue: .binance) { part in
                    parts.withLock { $0.append(part) }
                    return part < 0.5
                }
            }
            #expect(parts.withLock { $0.count > 3 && $0 == $0.sorted() })
            let left = try await store.pool.query("SELECT count(*) AS n FROM candles")
            #expect(try left[0].int("n") == 0)
            let list = try await store.candles.list()
            #expect(list.isEmpty)
        }
    }

    @Test func `an unknown series is named`() async throws {
        try await ScratchStore.with { store in
            let key = try Candles.key(.h4)
            let error = await #expect(throws: StorageError.self) { try await store.candles.series(key) }
            #expect(error?.message.english == "there are no candles of binance BTC/USDT 4h: import or fetch some")
        }
    }

    @Test func `the coarsest series that fits serves a timeframe`() async throws {
        try await ScratchStore.with { store in
            for timeframe in [Timeframe.m1, .m15, .h4] {
                try await store.candles.import(try Candles.series(0..<3, timeframe), venue: .binance)
            }
            for (wanted, found) in [(Timeframe.h1, Timeframe.m15), (.m15, .m15), (.m10, .m1), (.d1, .h4)] {
                let source = try await store.candles.source(of: try Candles.key(wanted))
                #expect(source?.key.timeframe == found)
            }
            let none = try await store.candles.source(of: try Candles.key(symbol: "ETH/USDT"))
            #expect(none == nil)
        }
    }

    @Test func `candles are deleted by range, with what is known about them`() async throws {
        try await ScratchStore.with { store in
            let key = try Candles.key()
            try await store.candles.import(try Candles.series(0..<100), venue: .binance)
            let removed = try await store.candles.remove(
                key, from: Candles.candle(10).openTime, to: Candles.candle(20).openTime)
            #expect(removed == 10)
            #expect(
                try await store.candles.gaps(key) == [
                    CandleRange(first: Candles.candle(10).openTime, last: Candles.candle(19).openTime)
                ])
            #expect(try await store.candles.remove(key) == 90)
            #expect(try await store.candles.list() == [])
            #expect(try await store.candles.series(key).isEmpty)
        }
    }

    @Test(.enabled(if: SharedData.isThere, SharedData.absence))
    func `real candles come back bit for bit, with the gaps they have`() async throws {
        let file = SharedData.path("bitfinex_ethusd_1m_2016_sparse.csv.gz")
        let series = try CandleCSVReader(symbol: try Symbol("ETH/USD")).read(file)
        try await ScratchStore.with { store in
            let venue = try #require(VenueName("bitfinex"))
            try await store.candles.import(series, venue: venue)
            let key = CandleKey(venue: venue, symbol: series.symbol, timeframe: series.timeframe)
            #expect(try await store.candles.series(key).isSame(as: series))
            let gaps = series.gaps
            let found = try await store.candles.gaps(key)
            #expect(found == gaps.map { CandleRange(first: $0.first, last: $0.last) })
            let summary = try #require(try await store.candles.summary(key))
            #expect(summary.count == series.count)
            #expect(summary.gaps == gaps.count)
            #expect(summary.missing == gaps.reduce(0) { $0 + $1.count })
        }
    }
}
