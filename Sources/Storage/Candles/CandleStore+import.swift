import Broker
import Market
import Postgres
import Synchronization
import Wording

extension CandleStore {
    /// The most periods of time that one import may open; a minute series reaches 250 years with it.
    static let largestPeriodCount = 1000
    /// Candles changed by one statement.
    private static let replaceBatch = 10_000

    /// Adds candles to those of the venue, all of them or none.
    ///
    /// Candles that are kept already with the same numbers are passed over. With other numbers they are a
    /// `CandleConflict`, unless `replacing`. Two imports of one series come after one another.
    ///
    /// - Parameter progress: is told the part done, 0 … 1; an import that it answers false to is undone.
    @discardableResult
    public func `import`(
        _ series: CandleSeries, venue: VenueName, replacing: Bool = false,
        progress: @escaping @Sendable (Double) -> Bool = { _ in true }
    ) async throws -> CandleImport {
        guard !series.isEmpty else { return CandleImport() }
        let key = CandleKey(venue: venue, symbol: series.symbol, timeframe: series.timeframe)
        try await makePartitions(for: series)
        return try await pool.transaction { connection in
            try await Self.waitPatiently(on: connection)
            let id = try await makeSeries(key, on: connection)
            let comparison = try await compare(series, with: id, key, replacing: replacing, on: connection)
            try await replace(series, in: id, comparison, on: connection)
            try await add(series, to: id, comparison, on: connection, progress)
            return comparison.result
        }
    }

    /// Adds a few candles, such as those that a heartbeat has just closed.
    @discardableResult
    public func append(_ candles: [Candle], to key: CandleKey, replacing: Bool = false) async throws -> CandleImport {
        let series = try CandleSeries(symbol: key.symbol, timeframe: key.timeframe, candles: candles)
        return try await `import`(series, venue: key.venue, replacing: replacing)
    }

    /// Tables for the times of the candles, made before and apart: attaching one waits for nobody's import.
    private func makePartitions(for series: CandleSeries) async throws {
        var index = 0
        var opened = 0
        while index < series.count {
            let rows = try await pool.query(
                "SELECT candles_make_partition(\(series.timeframe.code), \(series.openTimes[index])) AS ends")
            guard let ends = try rows.first?.optionalInt64("ends") else { return }
            index = series.firstIndex(from: Timestamp(milliseconds: ends))
            opened += 1
            guard opened <= Self.largestPeriodCount else {
                throw StorageError.invalid(
                    Message(
                        "the candles are spread over more than \(Self.largestPeriodCount) periods of time: "
                            + "are their times right?",
                        fr: "les bougies s'étalent sur plus de \(Self.largestPeriodCount) périodes : "
                            + "leurs dates sont-elles justes ?"))
            }
        }
    }

    /// The number of the series, which is made where it is missing and locked until the end of the transaction.
    private func makeSeries(_ key: CandleKey, on connection: PostgresConnection) async throws -> Int32 {
        if let id = try await Self.number(of: key, locked: true, on: connection) { return id }
        // Somebody else may make it now; his transaction is waited for.
        try await connection.execute(
            """
            INSERT INTO candle_series (id, venue, symbol, timeframe)
            VALUES (\(key.timeframe.code) * 10000000 + nextval('candle_series_number'), \(key.venue.text),
                \(key.symbol.description), \(Int16(key.timeframe.code)))
            ON CONFLICT (venue, symbol, timeframe) DO NOTHING
            """, timeout: Self.patience)
        guard let id = try await Self.number(of: key, locked: true, on: connection) else {
            throw StorageError.damaged(Message("a series vanished", fr: "une série a disparu"))
        }
        return id
    }

    /// Looks at what is kept in the times of the series.
    private func compare(
        _ series: CandleSeries, with id: Int32, _ key: CandleKey, replacing: Bool, on connection: PostgresConnection
    ) async throws -> CandleComparison {
        let comparison = CandleComparison(count: series.count)
        guard let first = series.firstTime, let last = series.lastTime else { return comparison }
        return try await connection.copyOut(
            PostgresQuery(
                unsafeSQL: """
                    COPY (SELECT open_time, open, high, low, close, volume FROM candles
                    WHERE series_id = \(id) AND open_time BETWEEN \(first.milliseconds) AND \(last.milliseconds)
                    ORDER BY open_time) TO STDOUT (FORMAT binary)
                    """),
            into: comparison
        ) { comparison, row in
            let kept = Candle(
                openTime: Timestamp(milliseconds: try row.int64()), open: try row.double(), high: try row.double(),
                low: try row.double(), close: try row.double(), volume: try row.double())
            guard let offered = comparison.look(at: kept, in: series), !replacing else { return }
            throw CandleConflict(key: key, kept: kept, offered: offered)
        }
    }

    private func replace(
        _ series: CandleSeries, in id: Int32, _ comparison: CandleComparison, on connection: PostgresConnection
    ) async throws {
        var rest = comparison.replaced[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.replaceBatch).map { series[$0] }
            rest = rest.dropFirst(Self.replaceBatch)
            try await connection.execute(
                """
                UPDATE candles c SET open = n.open, high = n.high, low = n.low, close = n.close, volume = n.volume
                FROM unnest(\(batch.map(\.openTime.milliseconds)), \(batch.map(\.open)), \(batch.map(\.high)),
                    \(batch.map(\.low)), \(batch.map(\.close)), \(batch.map(\.volume)))
                    AS n (open_time, open, high, low, close, volume)
                WHERE c.series_id = \(id) AND c.open_time = n.open_time
                """, timeout: Self.patience)
        }
    }

    private func add(
        _ series: CandleSeries, to id: Int32, _ comparison: CandleComparison, on connection: PostgresConnection,
        _ progress: @escaping @Sendable (Double) -> Bool
    ) async throws {
        guard comparison.result.added > 0 else { return }
        let source = CandleSource(series, leavingOut: comparison.known)
        _ = try await connection.copyIn(
            PostgresQuery(
                unsafeSQL: "COPY candles (series_id, open_time, open, high, low, close, volume) "
                    + "FROM STDIN (FORMAT binary)")
        ) { encoder in
            guard let part = source.write(to: &encoder, series: id) else { return false }
            guard progress(part) else { throw StorageError.interrupted }
            return true
        }
    }
}

/// Which candles of an import are there already.
struct CandleComparison: Sendable {
    /// By index: 1 for candles that are kept, with the same numbers or others; empty while there is none.
    private(set) var known: [UInt8] = []
    /// Indices of those that are kept with other numbers.
    private(set) var replaced: [Int] = []
    private(set) var result: CandleImport
    private let count: Int
    private var index = 0

    init(count: Int) {
        self.count = count
        result = CandleImport(added: count)
    }

    /// Takes a kept candle; they come in order of time. Answers the one that is offered in its place, where it differs.
    mutating func look(at kept: Candle, in series: CandleSeries) -> Candle? {
        let time = kept.openTime.milliseconds
        while index < count, series.openTimes[index] < time { index += 1 }
        guard index < count, series.openTimes[index] == time else { return nil }
        if known.isEmpty { known = [UInt8](repeating: 0, count: count) }
        known[index] = 1
        result.added -= 1
        let offered = series[index]
        guard offered != kept else {
            result.unchanged += 1
            return nil
        }
        result.replaced += 1
        replaced.append(index)
        return offered
    }
}

/// Candles on their way into a COPY, in pieces.
final class CandleSource: Sendable {
    private let series: CandleSeries
    /// By index: 1 for those to be left out; empty for none.
    private let known: [UInt8]
    private let next = Atomic<Int>(0)
    private static let piece = 1024

    init(_ series: CandleSeries, leavingOut known: [UInt8]) {
        self.series = series
        self.known = known
    }

    /// Writes some more; answers the part of all that is written then, nil when there was nothing left.
    func write(to encoder: inout PostgresCopyEncoder, series id: Int32) -> Double? {
        var index = next.load(ordering: .relaxed)
        guard index < series.count else { return nil }
        let end = min(series.count, index + Self.piece)
        while index < end {
            if known.isEmpty || known[index] == 0 {
                encoder.startRow(columns: 7)
                encoder.append(id)
                encoder.append(series.openTimes[index])
                encoder.append(series.opens[index])
                encoder.append(series.highs[index])
                encoder.append(series.lows[index])
                encoder.append(series.closes[index])
                encoder.append(series.volumes[index])
            }
            index += 1
        }
        next.store(end, ordering: .relaxed)
        return Double(end) / Double(series.count)
    }
}
