import Broker
import Market
import Postgres
import Wording

/// Candles of all venues, shared by all users.
///
/// What is known about a series (how many candles, where they are missing, whether any was changed) comes from tables
/// that the database keeps exact with every change, so it costs the same for a thousand candles and a billion.
public struct CandleStore: Sendable {
    let pool: PostgresPool

    /// How long a call waits for another one that changes the same series.
    static let patience = Duration.seconds(600)

    /// Every series that has candles, by venue, symbol and timeframe.
    public func list(venue: VenueName? = nil, symbol: Symbol? = nil) async throws -> [StoredSeries] {
        let rows = try await pool.query(
            """
            SELECT s.venue, s.symbol, s.timeframe, s.candle_count, s.run_count, s.first_open, s.last_open
            FROM candle_series s
            WHERE s.candle_count > 0 AND s.venue = coalesce(\(venue?.text), s.venue)
                AND s.symbol = coalesce(\(symbol?.description), s.symbol)
            """)
        return try rows.map(Self.summary).sorted { $0.key < $1.key }
    }

    /// What there is of one series; nil where there is nothing.
    public func summary(_ key: CandleKey) async throws -> StoredSeries? {
        try await list(venue: key.venue, symbol: key.symbol).first { $0.key == key }
    }

    /// The series that candles of a timeframe can be built from at the least cost: its own, or else the coarsest one
    /// whose candles fit into it.
    public func source(of key: CandleKey) async throws -> StoredSeries? {
        try await list(venue: key.venue, symbol: key.symbol)
            .filter { key.timeframe.isMultiple(of: $0.key.timeframe) }
            .max { $0.key.timeframe < $1.key.timeframe }
    }

    /// The candles that open in `from ..< to`, an open side taking all, in order of time.
    ///
    /// - Parameter cache: answers at once what it was asked for before and nothing has changed since.
    public func series(
        _ key: CandleKey, from: Timestamp? = nil, to: Timestamp? = nil, cache: ColumnCache? = nil,
        progress: @escaping @Sendable (Double) -> Bool = { _ in true }
    ) async throws -> CandleSeries {
        let range = CandleSpan(from: from, to: to, key.timeframe)
        // One view of the database for the stamp and the candles.
        return try await pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            guard let stamp = try await stamp(key, range, on: connection) else { throw Self.unknown(key) }
            if let cached = cache?.read(key, range, stamp) { return cached }
            let found = try await read(key, range, stamp, on: connection, progress)
            cache?.write(found, key, range, stamp)
            return found
        }
    }

    /// Neighbouring candles without a hole, in order of time, as far as they reach into `from ..< to`; whole, so the
    /// first and the last may reach beyond it.
    public func runs(_ key: CandleKey, from: Timestamp? = nil, to: Timestamp? = nil) async throws -> [CandleRange] {
        let span = CandleSpan(from: from, to: to, key.timeframe)
        return try await runs(key) { Self.runs(of: $0, in: span) }
    }

    /// Where candles are missing between two that are there, the holes that touch `from ..< to`.
    public func gaps(_ key: CandleKey, from: Timestamp? = nil, to: Timestamp? = nil) async throws -> [CandleRange] {
        let span = CandleSpan(from: from, to: to, key.timeframe)
        let runs = try await runs(key) { Self.runs(of: $0, around: span) }
        return CandleRange.gaps(between: runs, key.timeframe).filter {
            $0.last.milliseconds >= span.first && $0.first.milliseconds <= span.last
        }
    }

    /// All places in `from ..< to` that have no candle: what is to be fetched.
    public func missing(_ key: CandleKey, from: Timestamp, to: Timestamp) async throws -> [CandleRange] {
        CandleRange.missing(from: from, to: to, beside: try await runs(key, from: from, to: to), key.timeframe)
    }

    /// Deletes the candles that open in `from ..< to`; answers how many there were.
    @discardableResult
    public func remove(_ key: CandleKey, from: Timestamp? = nil, to: Timestamp? = nil) async throws -> Int {
        let range = CandleSpan(from: from, to: to, key.timeframe)
        guard !range.isEmpty else { return 0 }
        return try await pool.transaction { connection in
            try await Self.waitPatiently(on: connection)
            guard let id = try await Self.number(of: key, locked: true, on: connection) else { return 0 }
            return try await connection.execute(
                """
                DELETE FROM candles
                WHERE series_id = \(id) AND open_time BETWEEN \(range.first) AND \(range.last)
                """, timeout: Self.patience)
        }
    }
}

extension CandleStore {
    /// The number of a series in the database.
    static func number(
        of key: CandleKey, locked: Bool = false, on connection: PostgresConnection
    ) async throws -> Int32? {
        let query: PostgresQuery = """
            SELECT id FROM candle_series WHERE venue = \(key.venue.text) AND symbol = \(key.symbol.description)
                AND timeframe = \(Int16(key.timeframe.code))
            """
        // Only those who change the series lock it.
        let rows = try await connection.query(locked ? query + " FOR NO KEY UPDATE" : query, timeout: patience)
        return try rows.first.map { Int32(try $0.int64("id")) }
    }

    static func waitPatiently(on connection: PostgresConnection) async throws {
        let milliseconds = String(patience.components.seconds * 1000)
        try await connection.execute("SELECT set_config('lock_timeout', \(milliseconds), true)")
    }

    /// A series may have a million runs: COPY brings them in a second.
    private func runs(_ key: CandleKey, _ selection: (Int32) -> String) async throws -> [CandleRange] {
        try await pool.withConnection { connection in
            guard let id = try await Self.number(of: key, on: connection) else { return [] }
            let query = PostgresQuery(
                unsafeSQL: "COPY (SELECT first_open, last_open \(selection(id)) ORDER BY first_open) "
                    + "TO STDOUT (FORMAT binary)")
            return try await connection.copyOut(query, into: []) { (found: inout [CandleRange], row) in
                found.append(
                    CandleRange(
                        first: Timestamp(milliseconds: try row.int64()),
                        last: Timestamp(milliseconds: try row.int64())))
            }
        }
    }

    /// Runs that reach into the span. COPY takes no parameters; the text is made of numbers of ours only.
    private static func runs(of id: Int32, in span: CandleSpan) -> String {
        "\(runs(of: id, from: span)) AND first_open <= \(span.last) AND last_open >= \(span.first)"
    }

    /// Those, and the nearest ones before and after.
    private static func runs(of id: Int32, around span: CandleSpan) -> String {
        """
        \(runs(of: id, from: span)) AND first_open <= coalesce((
            SELECT min(first_open) FROM candle_runs WHERE series_id = \(id) AND first_open > \(span.last)),
            \(span.last))
        """
    }

    /// Runs do not overlap, so of those that begin before the span only the last one may reach into it.
    private static func runs(of id: Int32, from span: CandleSpan) -> String {
        """
        FROM candle_runs WHERE series_id = \(id) AND first_open >= coalesce((
            SELECT max(first_open) FROM candle_runs WHERE series_id = \(id) AND first_open <= \(span.first)),
            \(span.first))
        """
    }

    /// What tells that candles of a range are still the same; nil where there is no such series.
    private func stamp(
        _ key: CandleKey, _ range: CandleSpan, on connection: PostgresConnection
    ) async throws -> CandleStamp? {
        guard let id = try await Self.number(of: key, on: connection) else { return nil }
        let step = key.timeframe.milliseconds
        let counted: PostgresQuery =
            range.isEmpty
            ? "0::bigint"
            : """
            (SELECT coalesce(sum(
                (least(last_open, \(range.last)) - greatest(first_open, \(range.first))) / \(step) + 1), 0)::bigint
            \(unsafeSQL: Self.runs(of: id, in: range)))
            """
        let rows = try await connection.query(
            """
            SELECT i.id AS store, 'candles'::regclass::oid AS relation, s.edition, \(counted) AS candles
            FROM candle_series s CROSS JOIN store_identity i WHERE s.id = \(id)
            """)
        guard let row = rows.first else { return nil }
        return CandleStamp(
            series: id, store: try row.text("store"), relation: try row.int64("relation"),
            edition: try row.text("edition"), count: try row.int("candles"))
    }

    private func read(
        _ key: CandleKey, _ range: CandleSpan, _ stamp: CandleStamp, on connection: PostgresConnection,
        _ progress: @escaping @Sendable (Double) -> Bool
    ) async throws -> CandleSeries {
        let reader = CandleReader(key, expected: stamp.count, progress)
        guard stamp.count > 0 else { return try reader.finish() }
        return try await connection.copyOut(
            PostgresQuery(
                unsafeSQL: """
                    COPY (SELECT open_time, open, high, low, close, volume FROM candles
                    WHERE series_id = \(stamp.series) AND open_time BETWEEN \(range.first) AND \(range.last)
                    ORDER BY open_time) TO STDOUT (FORMAT binary)
                    """),
            into: reader
        ) { reader, row in
            try reader.append(&row)
        }.finish()
    }

    static func unknown(_ key: CandleKey) -> StorageError {
        .notFound(
            Message(
                "there are no candles of \(key): import or fetch some",
                fr: "il n'y a pas de bougies de \(key) : importez-en ou téléchargez-en"))
    }

    private static func summary(_ row: PostgresRow) throws -> StoredSeries {
        guard let venue = VenueName(try row.text("venue")),
            let timeframe = Timeframe(code: try row.int64("timeframe"))
        else { throw StorageError.damaged(Message("a series without a name", fr: "une série sans nom")) }
        let key = CandleKey(venue: venue, symbol: try Symbol(try row.text("symbol")), timeframe: timeframe)
        let count = try row.int("candle_count")
        let first = try row.optionalInt64("first_open")
        let last = try row.optionalInt64("last_open")
        let places = first.flatMap { first in last.map { Int(($0 - first) / timeframe.milliseconds) + 1 } } ?? 0
        return StoredSeries(
            key: key, count: count, first: first.map(Timestamp.init(milliseconds:)),
            last: last.map(Timestamp.init(milliseconds:)), gaps: max(0, try row.int("run_count") - 1),
            missing: places - count)
    }
}
