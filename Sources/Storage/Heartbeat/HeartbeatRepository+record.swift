import Broker
import Market
import Postgres
import Wording

extension HeartbeatRepository {
    /// Writes candles, signals, status and alerts in one transaction, and tells the engines at its end. What is there
    /// already is passed over, so the same pulse may be given again.
    @discardableResult
    public func record(_ pulse: HeartbeatPulse) async throws -> Recorded {
        guard pulse.candles.count <= Self.mostCandles else {
            throw StorageError.invalid(
                Message(
                    "\(pulse.candles.count) candles in one pulse: expected at most \(Self.mostCandles)",
                    fr: "\(pulse.candles.count) bougies d'un coup : attendu au plus \(Self.mostCandles)"))
        }
        try await makePartitions(for: pulse.candles)
        return try await pool.transaction { connection in
            try await connection.execute("SELECT \(BriefHold.begin)")
            var recorded = Recorded(candles: 0, signals: 0, deferred: [])
            if !pulse.candles.isEmpty { recorded = try await write(pulse.candles, on: connection) }
            if let status = pulse.status { try await connection.execute(Self.write(status, at: now())) }
            for alert in pulse.alerts {
                try await connection.execute(AlertRepository.insert(alert, for: nil, at: now()))
            }
            return recorded
        }
    }

    public func setStatus(_ status: HeartbeatStatus) async throws {
        try await pool.execute(Self.write(status, at: now()))
    }

    private static func write(_ status: HeartbeatStatus, at time: Timestamp) -> PostgresQuery {
        """
        INSERT INTO heartbeat_status AS s (venue, is_connected, is_coherent, last_heartbeat, detail, updated_at)
        VALUES (\(status.market.text), \(status.isConnected), \(status.isCoherent),
            \(status.lastHeartbeat?.milliseconds), \(status.detail)::jsonb, \(time.milliseconds))
        ON CONFLICT (venue) DO UPDATE SET is_connected = excluded.is_connected, is_coherent = excluded.is_coherent,
            last_heartbeat = coalesce(excluded.last_heartbeat, s.last_heartbeat), detail = excluded.detail,
            updated_at = greatest(s.updated_at, excluded.updated_at)
        """
    }

    /// Made before and apart, as an import makes them; mostly they are there.
    private func makePartitions(for candles: [ClosedCandle]) async throws {
        var ends: [Timeframe: (from: Int64, to: Int64)] = [:]
        for closed in candles {
            let (frame, time) = (closed.key.timeframe, closed.candle.openTime.milliseconds)
            if let known = ends[frame], known.from <= time, time < known.to { continue }
            let rows = try await pool.query("SELECT candles_make_partition(\(frame.code), \(time)) AS ends")
            ends[frame] = (time, try rows.first?.optionalInt64("ends") ?? .max)
        }
    }

    private func write(
        _ candles: [ClosedCandle], on connection: PostgresConnection
    ) async throws -> Recorded {
        let numbers = try await Self.numbers(of: Set(candles.map(\.key)), on: connection)
        let rows = try candles.map { closed in
            guard let number = numbers[closed.key] else {
                throw StorageError.damaged(Message("a series vanished", fr: "une série a disparu"))
            }
            return (series: Int64(number), closed: closed)
        }
        let free = try await free(Set(rows.map(\.series)), on: connection)
        try await close(rows, free, on: connection)
        let shared = rows.filter { free[$0.series] != nil }
        let copied = try await connection.execute(
            """
            INSERT INTO candles (series_id, open_time, open, high, low, close, volume)
            SELECT n.series::integer, n.open_time, n.open, n.high, n.low, n.close, n.volume
            FROM \(Self.source(shared))
            ON CONFLICT (series_id, open_time) DO NOTHING
            """)
        let own = copied == shared.count ? rows : try await Self.agreed(rows, on: connection)
        let added = try await connection.execute(
            """
            INSERT INTO candles_heartbeat (series_id, open_time, open, high, low, close, volume, trade_count, closed_at)
            SELECT n.series::integer, n.open_time, n.open, n.high, n.low, n.close, n.volume, n.trades::integer, n.closed
            FROM \(Self.source(own)) ON CONFLICT (series_id, open_time) DO NOTHING
            """)
        let deferred = rows.filter { free[$0.series] == nil }.map(\.closed)
        let signalled = rows.filter(\.closed.isSignalled)
        guard !signalled.isEmpty else { return Recorded(candles: added, signals: 0, deferred: deferred) }
        // Last, since it waits for other markets' signals to be committed.
        let signals = try await connection.execute(
            """
            INSERT INTO heartbeat_signals (series_id, open_time, signalled_at)
            SELECT n.series::integer, n.open_time, \(now().milliseconds)
            FROM unnest(\(signalled.map(\.series)), \(signalled.map(\.closed.candle.openTime.milliseconds)))
                WITH ORDINALITY AS n (series, open_time, place)
            ORDER BY n.place ON CONFLICT ON CONSTRAINT heartbeat_signals_once DO NOTHING
            """)
        return Recorded(candles: added, signals: signals, deferred: deferred)
    }

    /// Locks the series that no import holds, and answers their last shared candles, -1 where there is none. The order
    /// of locks is that of an import: series first. What an import holds is not waited for.
    private func free(_ series: Set<Int64>, on connection: PostgresConnection) async throws -> [Int64: Int64] {
        let rows = try await connection.query(
            """
            SELECT id, last_open FROM candle_series WHERE id = ANY(\(series.sorted()))
            ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
            """)
        var last: [Int64: Int64] = [:]
        for row in rows { last[try row.int64("id")] = try row.optionalInt64("last_open") ?? -1 }
        return last
    }

    /// Copies what was held back while an import ran: own candles between the last shared one and those of this pulse,
    /// of a day at most, so that candles which somebody deleted do not come back.
    private func close(
        _ rows: [(series: Int64, closed: ClosedCandle)], _ last: [Int64: Int64], on connection: PostgresConnection
    ) async throws {
        var holes: [Int64: (after: Int64, before: Int64)] = [:]
        for (series, closed) in rows {
            guard let last = last[series] else { continue }
            let open = closed.candle.openTime.milliseconds
            let before = min(open, holes[series]?.before ?? open)
            holes[series] = (max(last, before - 86_400_000), before)
        }
        for (series, closed) in rows {
            guard let hole = holes[series] else { continue }
            let isThere = hole.before - hole.after > closed.key.timeframe.milliseconds
            if !isThere { holes[series] = nil }
        }
        guard !holes.isEmpty else { return }
        let sorted = holes.sorted { $0.key < $1.key }
        try await connection.execute(
            """
            INSERT INTO candles (series_id, open_time, open, high, low, close, volume)
            SELECT h.series_id, h.open_time, h.open, h.high, h.low, h.close, h.volume
            FROM unnest(\(sorted.map(\.key)), \(sorted.map(\.value.after)), \(sorted.map(\.value.before)))
                AS n (series, after, before)
            JOIN candles_heartbeat h ON h.series_id = n.series::integer AND h.open_time > n.after
                AND h.open_time < n.before
            ON CONFLICT (series_id, open_time) DO NOTHING
            """)
    }

    /// The same with the numbers that are kept already, where they differ by their rounding only: an engine may have
    /// fetched a minute from the venue a moment before its trades were summed up here. So a candle has one value,
    /// whoever has shown it to a script and whoever reads it again.
    private static func agreed(
        _ rows: [(series: Int64, closed: ClosedCandle)], on connection: PostgresConnection
    ) async throws -> [(series: Int64, closed: ClosedCandle)] {
        let found = try await connection.query(
            """
            SELECT n.place, c.open_time, c.open, c.high, c.low, c.close, c.volume
            FROM unnest(\(rows.map(\.series)), \(rows.map(\.closed.candle.openTime.milliseconds)))
                WITH ORDINALITY AS n (series, open_time, place)
            JOIN candles c ON c.series_id = n.series::integer AND c.open_time = n.open_time
            """)
        var rows = rows
        for row in found {
            let place = try row.int("place") - 1
            let kept = Candle(
                openTime: try row.time("open_time"), open: try row.double("open"), high: try row.double("high"),
                low: try row.double("low"), close: try row.double("close"), volume: try row.double("volume"))
            if kept.agrees(with: rows[place].closed.candle) { rows[place].closed.candle = kept }
        }
        return rows
    }

    private static func source(_ rows: [(series: Int64, closed: ClosedCandle)]) -> PostgresQuery {
        """
        unnest(\(rows.map(\.series)), \(rows.map(\.closed.candle.openTime.milliseconds)),
            \(rows.map(\.closed.candle.open)), \(rows.map(\.closed.candle.high)), \(rows.map(\.closed.candle.low)),
            \(rows.map(\.closed.candle.close)), \(rows.map(\.closed.candle.volume)),
            \(rows.map(\.closed.tradeCount)), \(rows.map(\.closed.closedAt.milliseconds)))
            AS n (series, open_time, open, high, low, close, volume, trades, closed)
        """
    }

    /// Numbers of series, those that are missing made.
    private static func numbers(
        of keys: Set<CandleKey>, on connection: PostgresConnection
    ) async throws -> [CandleKey: Int32] {
        var found = try await known(keys, on: connection)
        let missing = keys.filter { found[$0] == nil }.sorted()
        guard !missing.isEmpty else { return found }
        try await connection.execute(
            """
            INSERT INTO candle_series (id, venue, symbol, timeframe)
            SELECT n.frame::integer * 10000000 + nextval('candle_series_number'), n.venue, n.symbol, n.frame::smallint
            FROM unnest(\(missing.map(\.venue.text)), \(missing.map(\.symbol.description)),
                \(missing.map { Int64($0.timeframe.code) })) AS n (venue, symbol, frame)
            ON CONFLICT (venue, symbol, timeframe) DO NOTHING
            """)
        found.merge(try await known(Set(missing), on: connection)) { first, _ in first }
        return found
    }

    private static func known(
        _ keys: Set<CandleKey>, on connection: PostgresConnection
    ) async throws -> [CandleKey: Int32] {
        let keys = Array(keys)
        let rows = try await connection.query(
            """
            SELECT s.id, n.place FROM unnest(\(keys.map(\.venue.text)), \(keys.map(\.symbol.description)),
                \(keys.map { Int64($0.timeframe.code) })) WITH ORDINALITY AS n (venue, symbol, frame, place)
            JOIN candle_series s ON s.venue = n.venue AND s.symbol = n.symbol AND s.timeframe = n.frame::smallint
            """)
        var found: [CandleKey: Int32] = [:]
        for row in rows { found[keys[try row.int("place") - 1]] = Int32(try row.int64("id")) }
        return found
    }
}
