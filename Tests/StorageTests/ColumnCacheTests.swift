import Broker
import Foundation
import Market
import Postgres
import TestSupport
import Testing

@testable import Storage

@Suite struct ColumnCacheTests {
    private static let stamp = CandleStamp(series: 10_000_001, store: "a", relation: 1, edition: "b", count: 0)

    private func whole(_ key: CandleKey) -> CandleSpan { CandleSpan(from: nil, to: nil, key.timeframe) }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 10_000])
    func `a file gives back what was written, for any count`(count: Int) throws {
        let scratch = try ScratchDirectory()
        let series = try Candles.series(0..<count)
        let path = scratch.file("a.columns")
        try ColumnFile.write(series, stamp: "stamp", to: path)
        let back = try ColumnFile.read(path, symbol: series.symbol, timeframe: series.timeframe, stamp: "stamp")
        #expect(back.isSame(as: series))
        #expect(try scratch.bytes("a.columns").count == ColumnFile.size(candles: count, stamp: "stamp"))
        #expect(throws: ColumnFile.Failure.outdated) {
            try ColumnFile.read(path, symbol: series.symbol, timeframe: series.timeframe, stamp: "other")
        }
    }

    @Test func `a file with any byte changed, or cut anywhere, is of no use`() throws {
        let scratch = try ScratchDirectory()
        let series = try Candles.series(0..<50)
        let path = try scratch.write("", as: "a.columns")
        try ColumnFile.write(series, stamp: "stamp of some length", to: path)
        let sound = try scratch.bytes("a.columns")
        func read() -> ColumnFile.Failure? {
            do throws(ColumnFile.Failure) {
                _ = try ColumnFile.read(
                    path, symbol: series.symbol, timeframe: series.timeframe, stamp: "stamp of some length")
                return nil
            } catch {
                return error
            }
        }
        #expect(read() == nil)
        for place in sound.indices {
            var bytes = sound
            bytes[place] ^= 0x10
            try scratch.write(bytes, as: "a.columns")
            // The padding after the stamp is part of the checksum, the stamp itself of the key.
            #expect(read() != nil, "byte \(place)")
        }
        for length in stride(from: 0, to: sound.count, by: 13) {
            try scratch.write(Array(sound.prefix(length)), as: "a.columns")
            #expect(read() == .broken, "cut at \(length)")
        }
        try scratch.write(sound + [0], as: "a.columns")
        #expect(read() == .broken)
    }

    @Test func `the second reading comes from the file, and only while nothing changed`() async throws {
        let scratch = try ScratchDirectory()
        let cache = ColumnCache(directory: scratch.file("cache"))
        try await ScratchStore.with { store in
            let key = try Candles.key()
            let (from, to) = (Candles.candle(0).openTime, Candles.candle(100).openTime)
            func read() async throws -> CandleSeries {
                try await store.candles.series(key, from: from, to: to, cache: cache)
            }
            /// Whether the file answers: a fresh file is written only where it does not.
            func isFresh() async throws -> Bool {
                for name in try scratch.names where name.hasSuffix(".columns") {
                    try FileManager.default.setAttributes(
                        [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: scratch.file(name))
                }
                let before = try inode(cache.path(key, CandleSpan(from: from, to: to, .m1)))
                _ = try await read()
                return try inode(cache.path(key, CandleSpan(from: from, to: to, .m1))) == before
            }
            func inode(_ path: String) throws -> Int {
                try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int ?? 0
            }
            try await store.candles.import(try Candles.series(0..<50), venue: .binance)
            #expect(try await read().isSame(as: try Candles.series(0..<50)))
            #expect(try await isFresh())

            // Appended within the range.
            try await store.candles.import(try Candles.series(50..<60), venue: .binance)
            #expect(try await read().count == 60)
            #expect(try await isFresh())
            // Appended beyond it: the file stays good.
            try await store.candles.import(try Candles.series(150..<160), venue: .binance)
            #expect(try await isFresh())
            // One candle changed by hand.
            try await store.pool.execute(
                "UPDATE candles SET volume = 77 WHERE open_time = \(Candles.candle(7).openTime.milliseconds)")
            #expect(try await read()[7].volume == 77)
            // One deleted and written again with other numbers: the count is the same.
            try await store.candles.remove(key, from: Candles.candle(7).openTime, to: Candles.candle(8).openTime)
            try await store.candles.append([Candles.candle(7, shift: 3)], to: key)
            #expect(try await read()[7] == Candles.candle(7, shift: 3))
            #expect(try await isFresh())
        }
    }

    @Test func `a broken file is replaced`() async throws {
        let scratch = try ScratchDirectory()
        let cache = ColumnCache(directory: scratch.path)
        try await ScratchStore.with { store in
            let key = try Candles.key()
            let series = try Candles.series(0..<5000)
            try await store.candles.import(series, venue: .binance)
            _ = try await store.candles.series(key, cache: cache)
            let name = try #require(try scratch.names.first)
            var bytes = try scratch.bytes(name)
            bytes[bytes.count / 2] ^= 1
            try scratch.write(bytes, as: name)
            #expect(try await store.candles.series(key, cache: cache).isSame(as: series))
            bytes[bytes.count / 2] ^= 1
            #expect(try scratch.bytes(name) == bytes)
        }
    }

    @Test func `another database's files are not taken for one's own`() async throws {
        let scratch = try ScratchDirectory()
        let cache = ColumnCache(directory: scratch.path)
        let key = try Candles.key()
        for shift in [0.0, 5] {
            try await ScratchStore.with { store in
                let series = try Candles.series(0..<10, shift: shift)
                try await store.candles.import(series, venue: .binance)
                #expect(try await store.candles.series(key, cache: cache).isSame(as: series))
            }
        }
    }

    @Test func `the files not used for the longest time make room`() throws {
        let scratch = try ScratchDirectory()
        let size = ColumnFile.size(candles: 100, stamp: Self.stamp.text)
        let cache = ColumnCache(directory: scratch.path, byteLimit: 3 * size)
        let keys = try ["A/X", "B/X", "C/X", "D/X"].map { try Candles.key(symbol: $0) }
        for (age, key) in keys.prefix(3).enumerated() {
            cache.write(try Candles.series(0..<100, symbol: key.symbol.description), key, whole(key), Self.stamp)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1000 + Double(age))],
                ofItemAtPath: cache.path(key, whole(key)))
        }
        // The oldest is used again, so the second one is the one to go.
        #expect(cache.read(keys[0], whole(keys[0]), Self.stamp) != nil)
        cache.write(try Candles.series(0..<100, symbol: "D/X"), keys[3], whole(keys[3]), Self.stamp)
        #expect(keys.map { cache.read($0, whole($0), Self.stamp) != nil } == [true, false, true, true])
        #expect(cache.byteCount == 3 * size)
        // What does not fit at all is not written.
        cache.write(try Candles.series(0..<400), try Candles.key(), whole(try Candles.key()), Self.stamp)
        #expect(cache.byteCount == 3 * size)
        cache.clear()
        #expect(try scratch.names == [])
    }

    @Test func `a directory that cannot be written is no hindrance`() async throws {
        let scratch = try ScratchDirectory()
        try scratch.write("a file, not a directory", as: "cache")
        let cache = ColumnCache(directory: scratch.file("cache"))
        try await ScratchStore.with { store in
            let series = try Candles.series(0..<10)
            try await store.candles.import(series, venue: .binance)
            #expect(try await store.candles.series(try Candles.key(), cache: cache).isSame(as: series))
        }
    }
}
