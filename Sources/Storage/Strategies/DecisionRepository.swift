import Market
import Postgres
import Wording

/// What strategies decided, and what is needed to decide it again. Written by `EngineRepository.commit`.
public struct DecisionRepository: Sendable {
    let pool: PostgresPool

    /// The newest first, those before `before` where it is given.
    ///
    /// - Parameter outcomes: only these; empty: all.
    public func list(
        _ user: UserID, of strategy: ActiveStrategyID? = nil, outcomes: [DecisionRecord.Outcome] = [],
        before: DecisionID? = nil, limit: Int = 100
    ) async throws -> [StoredDecision] {
        let names = (outcomes.isEmpty ? DecisionRecord.Outcome.allCases : outcomes).map(\.rawValue)
        // Those of one strategy are found by their candles, of which later ones have later numbers.
        let range: PostgresQuery =
            if let strategy {
                """
                d.active_strategy_id = \(strategy.number) AND d.candle_open < coalesce((
                    SELECT b.candle_open FROM decisions b
                    WHERE b.id = \(before?.number) AND b.active_strategy_id = \(strategy.number)), 253402300800000)
                """
            } else {
                "d.id < coalesce(\(before?.number), 9223372036854775807)"
            }
        let order: PostgresQuery = strategy == nil ? "d.id" : "d.candle_open"
        return try await pool.query(
            """
            SELECT \(Self.columns) FROM decisions d
            WHERE d.user_id = \(user.number) AND \(range) AND d.outcome = ANY(\(names))
            ORDER BY \(order) DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.decision)
    }

    public func get(_ user: UserID, _ id: DecisionID) async throws -> StoredDecision {
        let rows = try await pool.query(
            "SELECT \(Self.columns) FROM decisions d WHERE d.user_id = \(user.number) AND d.id = \(id.number)")
        guard let row = rows.first else {
            throw StorageError.notFound(Message("there is no such decision", fr: "cette décision n'existe pas"))
        }
        return try Self.decision(row)
    }

    /// The decisions of one session in order of their candles, up to one of them and including it: what has to be taken
    /// again to take that one again.
    public func session(
        _ user: UserID, of strategy: ActiveStrategyID, _ session: Int, through candleOpen: Timestamp? = nil,
        after: Timestamp? = nil, limit: Int = 10_000
    ) async throws -> [StoredDecision] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM decisions d
            WHERE d.user_id = \(user.number) AND d.active_strategy_id = \(strategy.number) AND d.session = \(session)
                AND d.candle_open <= coalesce(\(candleOpen?.milliseconds), 253402300799999)
                AND d.candle_open > coalesce(\(after?.milliseconds), -1)
            ORDER BY d.candle_open LIMIT \(min(max(limit, 1), 100_000))
            """
        ).map(Self.decision)
    }

    /// What a script was loaded with.
    public func session(
        _ user: UserID, of strategy: ActiveStrategyID, number: Int
    ) async throws -> StrategySession? {
        try await pool.query(
            """
            SELECT number, version, params::text AS params, seed, script_state, loading, detail::text AS detail,
                started_at
            FROM strategy_sessions
            WHERE user_id = \(user.number) AND active_strategy_id = \(strategy.number) AND number = \(number)
            """
        ).first.map {
            StrategySession(
                number: try $0.int("number"), version: try $0.int("version"),
                parameters: try JSONText.decode([String: String].self, try $0.text("params")),
                seed: UInt64(bitPattern: try $0.int64("seed")), scriptState: try $0.optionalBytes("script_state"),
                loading: try $0.optionalBytes("loading"), detail: try $0.text("detail"),
                startedAt: try $0.time("started_at"))
        }
    }

    private static let columns = PostgresQuery(
        stringLiteral: """
            d.id, d.user_id, d.active_strategy_id, d.candle_open, d.outcome, d.detail::text AS detail, d.decided_at,
            d.version, d.session, d.input, d.output_hash, d.state_hash, d.script_state, d.feeds::text AS feeds
            """)

    private static func decision(_ row: PostgresRow) throws -> StoredDecision {
        guard let outcome = DecisionRecord.Outcome(rawValue: try row.text("outcome")) else {
            throw ActiveStrategyRow.damaged
        }
        return StoredDecision(
            id: DecisionID(try row.int64("id")), user: UserID(try row.int64("user_id")),
            strategy: ActiveStrategyID(try row.int64("active_strategy_id")),
            record: DecisionRecord(
                candleOpen: try row.time("candle_open"), outcome: outcome, decidedAt: try row.time("decided_at"),
                version: try row.optionalInt("version") ?? 0, session: try row.optionalInt("session") ?? 0,
                detail: try row.text("detail"), input: try row.optionalBytes("input"),
                outputHash: try row.optionalInt64("output_hash").map { UInt64(bitPattern: $0) },
                stateHash: try row.optionalInt64("state_hash").map { UInt64(bitPattern: $0) },
                scriptState: try row.optionalBytes("script_state"), feeds: try row.optionalText("feeds")))
    }
}
