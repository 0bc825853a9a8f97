import Broker
import Market
import Postgres
import Wording

/// Candles that the heartbeat has closed, the signals that tell engines of them, and how each market is. Shared by all
/// users.
public struct HeartbeatRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// Candles in one pulse; a thousand symbols closing all their timeframes at once are 12,000.
    public static let mostCandles = 100_000

    /// What a pulse added.
    public struct Recorded: Sendable, Equatable {
        public var candles: Int
        public var signals: Int
        /// Recorded and signalled, but not yet among the shared candles: an import holds their series just now. They
        /// are copied with the next pulse of their series.
        public var deferred: [ClosedCandle]
    }

    /// Signals after one, in order. For the engine's cursor.
    ///
    /// - Parameter limit: at most so many, 1 … 100,000.
    public func signals(after id: SignalID, limit: Int = 10_000) async throws -> [HeartbeatSignal] {
        try await pool.query(
            """
            SELECT g.id, g.open_time, g.signalled_at, s.venue, s.symbol, s.timeframe, h.open, h.high, h.low, h.close,
                h.volume
            FROM heartbeat_signals g JOIN candle_series s ON s.id = g.series_id
            JOIN candles_heartbeat h ON h.series_id = g.series_id AND h.open_time = g.open_time
            WHERE g.id > \(id.number) ORDER BY g.id LIMIT \(min(max(limit, 1), 100_000))
            """
        ).map(Self.signal)
    }

    /// The newest signal; 0 where there is none.
    public func latestSignal() async throws -> SignalID {
        let rows = try await pool.query("SELECT coalesce(max(id), 0) AS id FROM heartbeat_signals")
        return SignalID(try rows[0].int64("id"))
    }

    /// Candles of a series in order of time: the heartbeat's own where it has them, else those that were imported or
    /// fetched.
    ///
    /// - Parameters:
    ///   - count: the last so many, at most 1,000,000.
    ///   - before: only candles that open before this.
    public func history(_ key: CandleKey, last count: Int, before: Timestamp? = nil) async throws -> [Candle] {
        let end = (before?.milliseconds).map { $0 - 1 } ?? 253_402_300_799_999
        return try await history(
            key, from: 0, through: end, order: "ORDER BY open_time DESC LIMIT \(min(max(count, 0), 1_000_000))"
        ).reversed()
    }

    /// The same for those that open in `from ..< to`.
    public func history(_ key: CandleKey, from: Timestamp, to: Timestamp) async throws -> [Candle] {
        let span = CandleSpan(from: from, to: to, key.timeframe)
        guard !span.isEmpty else { return [] }
        return try await history(key, from: span.first, through: span.last, order: "ORDER BY open_time")
    }

    /// The heartbeat's own candles of a series in order of time: the last so many, at most 1,000,000.
    public func recorded(_ key: CandleKey, last count: Int) async throws -> [Candle] {
        let order = "ORDER BY open_time DESC LIMIT \(min(max(count, 0), 1_000_000))"
        return try await copy(key) { id in
            "SELECT \(Self.columns) FROM candles_heartbeat WHERE series_id = \(id) \(order)"
        }.reversed()
    }

    /// When the heartbeat's newest candle of each timeframe opened; a timeframe without one is left out.
    public func newest(of symbol: Symbol, at market: VenueName) async throws -> [Timeframe: Timestamp] {
        let rows = try await pool.query(
            """
            SELECT s.timeframe, h.open_time FROM candle_series s
            CROSS JOIN LATERAL (
                SELECT open_time FROM candles_heartbeat WHERE series_id = s.id
                ORDER BY open_time DESC LIMIT 1) AS h
            WHERE s.venue = \(market.text) AND s.symbol = \(symbol.description)
            """)
        var newest: [Timeframe: Timestamp] = [:]
        for row in rows {
            guard let timeframe = Timeframe(code: try row.int64("timeframe")) else {
                throw StorageError.damaged(Message("a series without a timeframe", fr: "une série sans unité de temps"))
            }
            newest[timeframe] = try row.time("open_time")
        }
        return newest
    }

    /// How a market's heartbeat is; nil before its first.
    public func status(_ market: VenueName) async throws -> HeartbeatStatus? {
        try await statuses().first { $0.market == market }
    }

    public func statuses() async throws -> [HeartbeatStatus] {
        try await pool.query(
            """
            SELECT venue, is_connected, is_coherent, last_heartbeat, detail::text AS detail, updated_at
            FROM heartbeat_status ORDER BY venue LIMIT 1000
            """
        ).map(Self.status)
    }

    /// Tells whoever listens on `StoreChannel.live`; what is longer than a payload may be is not told, and false.
    @discardableResult
    public func publish(live json: String) async throws -> Bool {
        guard json.utf8.count <= StoreChannel.longestPayload else { return false }
        try await pool.notify(StoreChannel.live, json)
        return true
    }
}

extension HeartbeatRepository {
    private static let columns = "open_time, open, high, low, close, volume"

    private func history(
        _ key: CandleKey, from: Int64, through: Int64, order: String
    ) async throws -> [Candle] {
        try await copy(key) { id in
            let range = "series_id = \(id) AND open_time BETWEEN \(from) AND \(through)"
            return """
                SELECT \(Self.columns) FROM (
                    (SELECT \(Self.columns) FROM candles_heartbeat WHERE \(range) \(order))
                    UNION ALL
                    (SELECT \(Self.columns) FROM candles c WHERE \(range) AND NOT EXISTS (
                        SELECT FROM candles_heartbeat h WHERE h.series_id = \(id) AND h.open_time = c.open_time)
                    \(order))) AS whole \(order)
                """
        }
    }

    /// COPY takes no parameters; the text is made of numbers of ours only.
    private func copy(_ key: CandleKey, _ select: @Sendable (_ series: Int32) -> String) async throws -> [Candle] {
        try await pool.withConnection { connection in
            guard let id = try await CandleStore.number(of: key, on: connection) else { return [] }
            let query = "COPY (\(select(id))) TO STDOUT (FORMAT binary)"
            return try await connection.copyOut(PostgresQuery(unsafeSQL: query), into: []) {
                (found: inout [Candle], row) in
                found.append(
                    Candle(
                        openTime: Timestamp(milliseconds: try row.int64()), open: try row.double(),
                        high: try row.double(), low: try row.double(), close: try row.double(),
                        volume: try row.double()))
            }
        }
    }

    private static func signal(_ row: PostgresRow) throws -> HeartbeatSignal {
        guard let venue = VenueName(try row.text("venue")), let timeframe = Timeframe(code: try row.int64("timeframe"))
        else { throw StorageError.damaged(Message("a series without a name", fr: "une série sans nom")) }
        return HeartbeatSignal(
            id: SignalID(try row.int64("id")),
            key: CandleKey(venue: venue, symbol: try Symbol(try row.text("symbol")), timeframe: timeframe),
            candle: Candle(
                openTime: try row.time("open_time"), open: try row.double("open"), high: try row.double("high"),
                low: try row.double("low"), close: try row.double("close"), volume: try row.double("volume")),
            signalledAt: try row.time("signalled_at"))
    }

    static func status(_ row: PostgresRow) throws -> HeartbeatStatus {
        guard let market = VenueName(try row.text("venue")) else {
            throw StorageError.damaged(Message("a market without a name", fr: "un marché sans nom"))
        }
        return HeartbeatStatus(
            market: market, isConnected: try row.bool("is_connected"), isCoherent: try row.bool("is_coherent"),
            lastHeartbeat: try row.optionalTime("last_heartbeat"), detail: try row.text("detail"),
            updatedAt: try row.time("updated_at"))
    }
}
