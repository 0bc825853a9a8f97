import Broker
import Market
import Postgres
import TestSupport
import Testing

@testable import Storage

/// The tables about candles say at any time what the candles themselves say.
@Suite struct CandleRunTests {
    /// Runs of all series, from the candles alone: each candle whose predecessor is missing begins one.
    private static let naive: PostgresQuery = """
        SELECT series_id, first_open, lead(open_time) OVER w AS unused, last_open FROM (
            SELECT c.series_id, c.open_time, c.open_time AS first_open, (
                SELECT min(e.open_time) FROM candles e WHERE e.series_id = c.series_id AND e.open_time >= c.open_time
                    AND NOT EXISTS (SELECT FROM candles n WHERE n.series_id = e.series_id
                        AND n.open_time = e.open_time + f.step)) AS last_open
            FROM candles c JOIN timeframes f ON f.code = c.series_id / 10000000
            WHERE NOT EXISTS (SELECT FROM candles p WHERE p.series_id = c.series_id
                AND p.open_time = c.open_time - f.step)
        ) AS found WINDOW w AS (ORDER BY open_time) ORDER BY series_id, first_open
        """

    private static func check(_ pool: PostgresPool, _ context: String) async throws {
        let expected = try await pool.query(naive).map {
            [try $0.int64("series_id"), try $0.int64("first_open"), try $0.int64("last_open")]
        }
        let kept = try await pool.query(
            "SELECT series_id, first_open, last_open FROM candle_runs ORDER BY series_id, first_open"
        ).map { [try $0.int64("series_id"), try $0.int64("first_open"), try $0.int64("last_open")] }
        #expect(kept == expected, "\(context)")
        let wrong = try await pool.query(
            """
            SELECT s.id FROM candle_series s WHERE (s.candle_count, s.run_count) IS DISTINCT FROM (
                    (SELECT count(*) FROM candles c WHERE c.series_id = s.id),
                    (SELECT count(*) FROM candle_runs r WHERE r.series_id = s.id))
                OR (s.first_open::bigint, s.last_open::bigint) IS DISTINCT FROM (
                    (SELECT min(open_time) FROM candles c WHERE c.series_id = s.id),
                    (SELECT max(open_time) FROM candles c WHERE c.series_id = s.id))
            """)
        #expect(wrong.isEmpty, "sums of \(wrong.count) series, \(context)")
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `runs and sums stay exact under random changes`(seed: UInt64) async throws {
        try await ScratchStore.with { store in
            var numbers = SeededNumbers(seed: seed)
            let key = try Candles.key(.h6)
            let other = try Candles.key(.h6, symbol: "ETH/USDT")
            for turn in 0..<25 {
                let first = numbers.below(80)
                let places = (first..<(first + 1 + numbers.below(30))).filter { _ in numbers.chance(70) }
                switch numbers.below(6) {
                case 0, 1:
                    try await store.candles.import(
                        try Candles.series(places, .h6), venue: .binance, replacing: true)
                case 2:
                    try await store.candles.import(
                        try Candles.series(places, .h6, symbol: "ETH/USDT"), venue: .binance, replacing: true)
                case 3:
                    try await store.candles.remove(
                        numbers.chance(50) ? key : other, from: Candles.candle(first, .h6).openTime,
                        to: Candles.candle(first + 1 + numbers.below(20), .h6).openTime)
                case 4:
                    try await store.pool.execute(
                        """
                        DELETE FROM candles WHERE (open_time / 21600000) % \(2 + numbers.below(5)) = 0
                            AND open_time > \(Candles.candle(first, .h6).openTime.milliseconds)
                        """)
                default:
                    // Several series in one statement, some of the candles there already.
                    try await store.pool.execute(
                        """
                        INSERT INTO candles (series_id, open_time, open, high, low, close, volume)
                        SELECT s.id, \(Candles.candle(0, .h6).openTime.milliseconds) + 21600000 * place::bigint,
                            2, 3, 1, 2, 0
                        FROM candle_series s
                        CROSS JOIN generate_series(\(first), \(first + 40), \(1 + numbers.below(3))) AS place
                        ON CONFLICT DO NOTHING
                        """)
                }
                try await Self.check(store.pool, "seed \(seed), turn \(turn)")
            }
        }
    }

    @Test func `runs stay exact when several writers work on one series at once`() async throws {
        try await ScratchStore.with(size: 6) { store in
            // One after the other in six tasks: each takes every sixth candle, in pieces.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<6 {
                    group.addTask {
                        for part in 0..<10 {
                            let places = (0..<20).map { (part * 20 + $0) * 6 + writer }
                            try await store.candles.import(try Candles.series(places), venue: .binance)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await Self.check(store.pool, "six writers")
            let summary = try #require(try await store.candles.summary(try Candles.key()))
            #expect(summary.count == 1200)
            #expect(summary.gaps == 0)
        }
    }

    @Test func `two imports of the same candles at once add them once`() async throws {
        try await ScratchStore.with(size: 4) { store in
            let results = try await withThrowingTaskGroup(of: CandleImport.self) { group in
                for _ in 0..<3 {
                    group.addTask { try await store.candles.import(try Candles.series(0..<5000), venue: .binance) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.map(\.added).sorted() == [0, 0, 5000])
            #expect(results.map(\.unchanged).sorted() == [0, 5000, 5000])
            try await Self.check(store.pool, "three imports")
        }
    }

    @Test func `a connection that is cut in the middle of an import leaves nothing`() async throws {
        try await ScratchStore.with(size: 3) { store in
            try await store.candles.import(try Candles.series(0..<10), venue: .binance)
            let series = try Candles.series(0..<60_000)
            let cut = Once()
            await #expect(throws: PostgresError.self) {
                try await store.candles.import(series, venue: .binance) { part in
                    // Half of it is on its way, in a COPY that no other connection of this database runs.
                    if part > 0.5, cut.isFirst { Self.terminateImports(store.pool.configuration) }
                    return true
                }
            }
            try await Self.check(store.pool, "after the cut")
            #expect(try await store.candles.summary(try Candles.key())?.count == 10)
            let again = try await store.candles.import(series, venue: .binance)
            #expect(again == CandleImport(added: 59_990, unchanged: 10))
        }
    }

    /// Runs on the thread of the import itself, so that the connection is gone before its next piece.
    private static func terminateImports(_ configuration: PostgresConfiguration) {
        let done = DispatchSemaphoreBox()
        Task.detached {
            let pool = PostgresPool(configuration)
            // A failure here shows as an import that succeeds.
            _ = try? await pool.execute(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'COPY candles%'
                """)
            await pool.close()
            done.signal()
        }
        done.wait()
    }

    @Test func `the range of a series, its holes and what is missing agree with its candles`() async throws {
        let seed: UInt64 = 11
        var numbers = SeededNumbers(seed: seed)
        let places = (0..<400).filter { _ in numbers.chance(60) }
        try await ScratchStore.with { store in
            let series = try Candles.series(places)
            try await store.candles.import(series, venue: .binance)
            let key = try Candles.key()
            let known = Set(places)
            for _ in 0..<40 {
                let from = numbers.below(450) - 20
                let to = from + numbers.below(120)
                let (low, high) = (Candles.candle(from).openTime, Candles.candle(to).openTime)
                let missing = try await store.candles.missing(key, from: low, to: high)
                let expected = (from..<to).filter { !known.contains($0) }
                #expect(Self.places(missing) == expected, "seed \(seed): \(from) ..< \(to)")
                // Holes between known candles that touch the range, whole.
                let gaps = try await store.candles.gaps(key, from: low, to: high)
                let holes = series.gaps.map { CandleRange(first: $0.first, last: $0.last) }
                    .filter { $0.last >= low && $0.first < high }
                #expect(gaps == holes, "seed \(seed): \(from) ..< \(to)")
            }
        }
    }

    private static func places(_ ranges: [CandleRange]) -> [Int] {
        ranges.flatMap { range in
            let first = (range.first.milliseconds - Timestamp.start.milliseconds) / 60_000
            return (0..<range.count(.m1)).map { Int(first) + $0 }
        }
    }
}
