import Market
import Postgres

/// How long rows are kept that a running program writes all the time.
public struct Retention: Sendable, Hashable {
    /// Decisions; one can be taken again only while all of its session before it are here.
    public var decisions: Duration
    public var signals: Duration
    /// The heartbeat's own candles; the shared ones stay.
    public var heartbeatCandles: Duration
    /// Alerts, and commands that are over.
    public var records: Duration
    /// Engines that have left or died, and sessions of strategies; never shorter than `decisions`, which need their
    /// sessions.
    public var sessions: Duration
    /// Rows deleted by one statement.
    public var batch: Int
    /// Statements for each table in one call, so that it ends whatever there is: what is left goes with the next one.
    public var batches: Int

    public init(
        decisions: Duration = .seconds(30 * 86_400), signals: Duration = .seconds(7 * 86_400),
        heartbeatCandles: Duration = .seconds(90 * 86_400), records: Duration = .seconds(90 * 86_400),
        sessions: Duration = .seconds(90 * 86_400), batch: Int = 5_000, batches: Int = 200
    ) {
        self.decisions = decisions
        self.signals = signals
        self.heartbeatCandles = heartbeatCandles
        self.records = records
        self.sessions = max(sessions, decisions)
        self.batch = max(1, batch)
        self.batches = max(1, batches)
    }
}

/// How many rows went.
public struct Pruned: Sendable, Hashable {
    public var decisions = 0
    public var signals = 0
    public var heartbeatCandles = 0
    public var alerts = 0
    public var commands = 0
    public var sessions = 0
    public var engines = 0
    /// Whether the bound was met at a table: there may be more to delete.
    public var isUnfinished = false

    /// Rows of all tables together.
    public var total: Int {
        decisions + signals + heartbeatCandles + alerts + commands + sessions + engines
    }
}

extension Store {
    /// Deletes what is older than it is to be kept, in short transactions that hinder nobody. Orders, fills, trades,
    /// positions and the audit stay for ever.
    public func prune(keeping retention: Retention = Retention()) async throws -> Pruned {
        var pruned = Pruned()
        let batch = retention.batch
        func sweep(_ age: Duration, _ statement: (_ before: Int64) -> PostgresQuery) async throws -> Int {
            let before = now().milliseconds - Self.milliseconds(age)
            var total = 0
            for _ in 0..<retention.batches {
                let count = try await pool.execute(statement(before))
                total += count
                if count < batch { return total }
            }
            pruned.isUnfinished = true
            return total
        }
        pruned.signals = try await sweep(retention.signals) {
            Self.oldest("heartbeat_signals", "signalled_at", $0, batch)
        }
        pruned.decisions = try await sweep(retention.decisions) { Self.oldest("decisions", "decided_at", $0, batch) }
        pruned.alerts = try await sweep(retention.records) { Self.oldest("alerts", "created_at", $0, batch) }
        pruned.commands = try await sweep(retention.records) {
            Self.oldest("strategy_commands", "finished_at", $0, batch)
        }
        pruned.heartbeatCandles = try await sweep(retention.heartbeatCandles) { Self.candles(before: $0, batch) }
        pruned.sessions = try await sweep(retention.sessions) { Self.sessions(before: $0, batch) }
        pruned.engines = try await sweep(retention.sessions) { Self.engines(before: $0, batch) }
        return pruned
    }

    /// Numbers rise with time, so only the first rows are looked at.
    private static func oldest(_ table: String, _ column: String, _ before: Int64, _ batch: Int) -> PostgresQuery {
        """
        DELETE FROM \(identifier: table) WHERE id IN (SELECT id FROM (
            SELECT id, \(identifier: column) AS time FROM \(identifier: table) ORDER BY id LIMIT \(batch)) AS first
            WHERE time < \(before))
        """
    }

    /// Of one series after the other, beginning with those that have the oldest candle.
    private static func candles(before: Int64, _ batch: Int) -> PostgresQuery {
        """
        DELETE FROM candles_heartbeat h USING (
            SELECT o.series_id, o.open_time FROM candle_series s CROSS JOIN LATERAL (
                SELECT c.series_id, c.open_time FROM candles_heartbeat c
                WHERE c.series_id = s.id AND c.open_time < \(before) ORDER BY c.open_time LIMIT \(batch)) AS o
            LIMIT \(batch)) AS old
        WHERE h.series_id = old.series_id AND h.open_time = old.open_time
        """
    }

    /// A session lasts until the next one begins, so the newest of a strategy stays.
    private static func sessions(before: Int64, _ batch: Int) -> PostgresQuery {
        """
        DELETE FROM strategy_sessions x USING (
            SELECT s.active_strategy_id, s.number FROM strategy_sessions s JOIN strategy_sessions n
                ON n.active_strategy_id = s.active_strategy_id AND n.number = s.number + 1
            WHERE n.started_at < \(before) LIMIT \(batch)) AS old
        WHERE x.active_strategy_id = old.active_strategy_id AND x.number = old.number
        """
    }

    /// One that died has not left; it counts as gone since it was taken for dead.
    private static func engines(before: Int64, _ batch: Int) -> PostgresQuery {
        """
        DELETE FROM engines WHERE id IN (
            SELECT e.id FROM engines e WHERE coalesce(e.left_at, e.renewed_at + e.life) < \(before)
                AND NOT EXISTS (SELECT FROM account_leases l WHERE l.engine_id = e.id)
            ORDER BY e.id LIMIT \(batch))
        """
    }

    private static func milliseconds(_ age: Duration) -> Int64 {
        let (seconds, attoseconds) = age.components
        return min(max(seconds, 0), 8_000_000_000) * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
