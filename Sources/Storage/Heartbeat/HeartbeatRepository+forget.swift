import Broker
import Postgres

/// Markets that are gone for good, such as the invented ones of former demonstrations.
extension HeartbeatRepository {
    /// Markets with a name of that beginning of which candles or a state are kept, and on which no broker trades that
    /// is still entered; by name, at most 1,000.
    public func unusedMarkets(prefix: String) async throws -> [VenueName] {
        try await pool.query(
            """
            SELECT m.venue FROM (
                SELECT venue::text AS venue FROM candle_series UNION SELECT venue::text FROM heartbeat_status) AS m
            WHERE starts_with(m.venue, \(prefix)) AND NOT EXISTS (
                SELECT FROM brokers b WHERE b.removed_at IS NULL AND b.settings #>> '{options,market}' = m.venue)
            ORDER BY m.venue LIMIT 1000
            """
        ).compactMap { VenueName(try $0.text("venue")) }
    }

    /// Deletes all candles, signals and the state of a market, in short transactions. Orders, fills and decisions that
    /// were made there stay; the decisions cannot be taken again any more.
    ///
    /// - Parameters:
    ///   - batch: rows deleted by one statement.
    ///   - batches: statements in one call, so that it ends whatever there is.
    /// - Returns: whether nothing of it is left; otherwise the next call goes on.
    public func forget(_ market: VenueName, batch: Int = 20_000, batches: Int = 500) async throws -> Bool {
        let (batch, series) = (max(1, batch), try await series(of: market))
        var left = max(1, batches)
        // Signals before what they tell of.
        for table in ["heartbeat_signals", "candles_heartbeat", "candles"] {
            for number in series {
                var count = batch
                while count == batch {
                    guard left > 0 else { return false }
                    left -= 1
                    count = try await pool.execute(Self.newest(batch, of: number, in: table))
                }
            }
        }
        try await pool.transaction { connection in
            try await connection.execute("DELETE FROM candle_series WHERE id = ANY(\(series)) AND candle_count = 0")
            try await connection.execute("DELETE FROM heartbeat_status WHERE venue = \(market.text)")
            try await connection.execute("DELETE FROM heartbeat_runners WHERE venue = \(market.text)")
        }
        return true
    }

    private func series(of market: VenueName) async throws -> [Int64] {
        try await pool.query("SELECT id FROM candle_series WHERE venue = \(market.text) ORDER BY id").map {
            try $0.int64("id")
        }
    }

    /// From the end, so that what is left of a run needs no other beginning.
    private static func newest(_ count: Int, of series: Int64, in table: String) -> PostgresQuery {
        """
        DELETE FROM \(identifier: table) WHERE series_id = \(series)::integer AND open_time >= (
            SELECT min(open_time) FROM (SELECT open_time FROM \(identifier: table)
                WHERE series_id = \(series)::integer ORDER BY open_time DESC LIMIT \(count)) AS last)
        """
    }
}
