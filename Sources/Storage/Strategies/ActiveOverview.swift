import Market
import Postgres
import Trading

/// A running strategy with what a list of them shows.
public struct ActiveOverview: Sendable, Hashable {
    public struct LastDecision: Sendable, Hashable {
        public var id: DecisionID
        public var candleOpen: Timestamp
        public var outcome: DecisionRecord.Outcome
        public var decidedAt: Timestamp
    }

    public var active: ActiveStrategy
    /// The script's name.
    public var strategy: String
    public var broker: String
    /// The open position; nil while it holds nothing.
    public var position: StoredPosition?
    /// Of everything that was closed, after fees.
    public var realisedProfit: Money
    public var lastDecision: LastDecision?
    /// Orders that are not over.
    public var openOrders: Int
    /// Commands that no engine has carried out yet.
    public var waitingCommands: Int
}

extension ActiveStrategyRepository {
    /// Strategies of a user in the order of their numbers, one query for all.
    ///
    /// - Parameters:
    ///   - id: only this one.
    ///   - stopped: also those that are over.
    public func overview(
        _ user: UserID, only id: ActiveStrategyID? = nil, stopped: Bool = false, limit: Int = 1000
    ) async throws -> [ActiveOverview] {
        let rows = try await pool.query(
            """
            SELECT \(ActiveStrategyRow.columns), s.name AS script, b.name AS broker,
                p.id AS position_id, p.direction, p.quantity, p.entry_price, p.stop_price, p.target_price,
                p.realised_profit, p.opened_at, p.updated_at,
                (SELECT coalesce(sum(q.realised_profit), 0) FROM positions q
                    WHERE q.user_id = a.user_id AND q.active_strategy_id = a.id) AS realised,
                (SELECT count(*) FROM orders o WHERE o.active_strategy_id = a.id AND o.ended_at IS NULL) AS open_orders,
                (SELECT count(*) FROM strategy_commands c
                    WHERE c.active_strategy_id = a.id AND c.state = 'pending') AS waiting,
                d.id AS decision_id, d.candle_open, d.outcome, d.decided_at
            FROM active_strategies a
            JOIN strategies s ON s.user_id = a.user_id AND s.id = a.strategy_id
            JOIN brokers b ON b.user_id = a.user_id AND b.id = a.broker_id
            LEFT JOIN positions p ON p.user_id = a.user_id AND p.broker_id = a.broker_id AND p.symbol = a.symbol
                AND p.active_strategy_id = a.id AND p.closed_at IS NULL
            LEFT JOIN LATERAL (
                SELECT id, candle_open, outcome, decided_at FROM decisions
                WHERE active_strategy_id = a.id ORDER BY candle_open DESC LIMIT 1) AS d ON true
            WHERE a.user_id = \(user.number) AND a.id = coalesce(\(id?.number), a.id)
                AND (\(stopped || id != nil) OR a.state <> 'stopped')
            ORDER BY a.id DESC LIMIT \(min(max(limit, 1), 10_000))
            """)
        return try rows.reversed().map(Self.overview)
    }

    private static func overview(_ row: PostgresRow) throws -> ActiveOverview {
        let active = try ActiveStrategyRow.strategy(row)
        var position: StoredPosition?
        if let id = try row.optionalInt64("position_id") {
            guard let direction = Direction(rawValue: try row.text("direction")) else {
                throw ActiveStrategyRow.damaged
            }
            position = StoredPosition(
                id: PositionID(id), user: active.user, broker: active.broker, activeStrategy: active.id,
                symbol: active.symbol, direction: direction, quantity: Quantity(try row.amount("quantity")),
                entryPrice: Price(try row.amount("entry_price")),
                stop: try row.optionalAmount("stop_price").map(Price.init),
                target: try row.optionalAmount("target_price").map(Price.init),
                realisedProfit: Money(try row.amount("realised_profit")), openedAt: try row.time("opened_at"),
                updatedAt: try row.time("updated_at"), closedAt: nil)
        }
        var decision: ActiveOverview.LastDecision?
        if let id = try row.optionalInt64("decision_id") {
            guard let outcome = DecisionRecord.Outcome(rawValue: try row.text("outcome")) else {
                throw ActiveStrategyRow.damaged
            }
            decision = ActiveOverview.LastDecision(
                id: DecisionID(id), candleOpen: try row.time("candle_open"), outcome: outcome,
                decidedAt: try row.time("decided_at"))
        }
        return ActiveOverview(
            active: active, strategy: try row.text("script"), broker: try row.text("broker"), position: position,
            realisedProfit: Money(try row.amount("realised")), lastDecision: decision,
            openOrders: try row.int("open_orders"), waitingCommands: try row.int("waiting"))
    }
}
