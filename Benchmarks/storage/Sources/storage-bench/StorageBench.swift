import Broker
import Foundation
import Market
import Postgres
import Storage

/// Times the candle store against a private server and prints one line a figure.
@main struct StorageBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let millions = Int(arguments[2]), (1...100).contains(millions) else {
            FileHandle.standardError.write(Data("usage: storage-bench DIRECTORY MILLIONS\n".utf8))
            exit(2)
        }
        let server = try await PrivateServer.start(directory: arguments[1])
        var configuration = server.configuration
        configuration.poolSize = 1
        let pool = PostgresPool(configuration)
        do {
            let store = Store(pool)
            try await store.migrate()
            let bench = StorageBench(store: store, cache: ColumnCache(directory: arguments[1] + "/cache"))
            try await bench.million()
            try await bench.year()
            try await bench.orders()
            try await bench.engine()
            try await bench.gaps(millions)
            try await bench.sizes()
        } catch {
            print("failed: \(error)")
        }
        await pool.close()
        try await server.stop()
    }

    let store: Store
    let cache: ColumnCache

    /// Wall time, and the CPU time of this process and of the one connection's server process: a busy machine
    /// stretches the first only.
    func time<Value>(_ what: String, _ body: () async throws -> Value) async throws -> Value {
        let backend = try await store.pool.query("SELECT pg_backend_pid() AS pid")[0].int("pid")
        let before = (own: cpu("self"), server: cpu(String(backend)), wall: ContinuousClock.now)
        let value = try await body()
        let elapsed = (ContinuousClock.now - before.wall) / .milliseconds(1)
        print(
            what + ": "
                + String(
                    format: "%.1f ms; CPU %.0f ms here, %.0f ms in the server", elapsed,
                    cpu("self") - before.own, cpu(String(backend)) - before.server))
        return value
    }

    /// In milliseconds, in steps of ten: user and system time of `/proc/PID/stat` (proc(5)), in hundredths of a second.
    private func cpu(_ process: String) -> Double {
        // A process that is gone has used nothing since.
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return 0 }
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) * 10
    }

    private func key(_ symbol: String) throws -> CandleKey {
        CandleKey(venue: .binance, symbol: try Symbol(symbol), timeframe: .m1)
    }

    /// Minutes without trades are missing, as venues have it: about one candle in seventy begins after a hole.
    private func candles(_ symbol: String, _ count: Int, from: Timestamp = SyntheticMarket.defaultStart) throws
        -> CandleSeries
    {
        SyntheticMarket.generate(
            SyntheticMarket.Options(
                seed: 1, symbol: try Symbol(symbol), timeframe: .m1, start: from, count: count))
    }

    private func million() async throws {
        let series = try candles("BTC/USDT", 1_000_000)
        let key = try key("BTC/USDT")
        print("candles: \(series.count), gaps: \(series.gaps.count)")
        try await time("import into an empty series") { _ = try await store.candles.import(series, venue: .binance) }
        try await time("the same again: nothing to do") {
            _ = try await store.candles.import(series, venue: .binance)
        }
        for turn in 1...3 {
            try await time("read all, \(turn)") { _ = try await store.candles.series(key) }
        }
        try await time("read all, writing the cache") { _ = try await store.candles.series(key, cache: cache) }
        for turn in 1...3 {
            try await time("read all from the cache, \(turn)") {
                _ = try await store.candles.series(key, cache: cache)
            }
        }
    }

    private func year() async throws {
        let key = try key("BTC/USDT")
        guard let from = Timestamp(year: 2022, month: 2, day: 1), let to = Timestamp(year: 2023, month: 2, day: 1)
        else {
            return
        }
        try await time("a year of minutes") { _ = try await store.candles.series(key, from: from, to: to) }
        _ = try await store.candles.series(key, from: from, to: to, cache: cache)
        try await time("a year of minutes from the cache") {
            _ = try await store.candles.series(key, from: from, to: to, cache: cache)
        }
        let last = try await store.candles.summary(key)?.last ?? from
        try await time("one candle appended, 200 times") {
            for place in 1...200 {
                let open = Timestamp(milliseconds: last.milliseconds + Int64(place) * 60_000)
                try await store.candles.append(
                    [Candle(openTime: open, open: 2, high: 3, low: 1, close: 2, volume: 0)], to: key)
            }
        }
    }

    private func orders() async throws {
        let user = try await store.users.add("bench")
        let broker = try await store.brokers.add(user.id, name: "bench", venue: .paper)
        try await time("500 orders written, filled and booked") {
            for number in 0..<500 {
                try await BenchOrder(number).run(store, user.id, broker.id)
            }
        }
    }

    /// Ten million in ten pieces, with thousands of holes each.
    private func gaps(_ millions: Int) async throws {
        let key = try key("ETH/USDT")
        try await time("\(millions) million more imported") {
            for piece in 0..<millions {
                let from = Timestamp(
                    milliseconds: SyntheticMarket.defaultStart.milliseconds - Int64(piece + 1) * 60_000_000_000)
                var sparse = RandomStream(seed: UInt64(piece))
                let whole = try candles("ETH/USDT", 1_000_000, from: from)
                let series = try CandleSeries(
                    symbol: whole.symbol, timeframe: .m1, candles: whole.filter { _ in sparse.next() % 70 != 0 })
                _ = try await store.candles.import(series, venue: .binance)
            }
        }
        let found = try await time("gaps of \(millions) million candles") { try await store.candles.gaps(key) }
        print("gaps found: \(found.count)")
        try await time("list of all series") { _ = try await store.candles.list() }
        try await time("the same gaps by a window over the candles") {
            _ = try await store.pool.query(
                """
                SELECT count(*) FROM (
                    SELECT open_time - lag(open_time) OVER (ORDER BY open_time) AS step FROM candles
                    WHERE series_id = (SELECT id FROM candle_series WHERE symbol = 'ETH/USDT')
                ) AS steps WHERE step > 60000
                """, timeout: .seconds(600))
        }
    }

    private func sizes() async throws {
        let rows = try await store.pool.query(
            """
            SELECT sum(pg_relation_size(c.oid))::bigint AS heap, sum(pg_indexes_size(c.oid))::bigint AS keys,
                (SELECT sum(candle_count) FROM candle_series)::bigint AS candles,
                pg_total_relation_size('candle_runs') AS runs, (SELECT count(*) FROM candle_runs) AS run_count
            FROM pg_class c WHERE c.relkind = 'r' AND c.relname LIKE 'candles_1m%'
            """)
        let row = rows[0]
        let candles = Double(try row.int("candles"))
        print(
            "bytes a candle: "
                + String(
                    format: "%.1f in the table, %.1f in its key", Double(try row.int("heap")) / candles,
                    Double(try row.int("keys")) / candles))
        print("runs: \(try row.int("run_count")), \(try row.int("runs")) bytes")
        print("cache: \(cache.byteCount) bytes")
    }
}
