import Market
import Postgres
import Wording

extension EngineRepository {
    /// Gives an account up whose venue is gone for good, such as the test exchange of a former session: its open orders
    /// end as cancelled, its positions close at what they were, its strategies stop, and the broker is removed. The
    /// venue is asked nothing. Refused while a live engine has the account.
    public func abandon(_ user: UserID, _ broker: BrokerID, reason: Message) async throws {
        let time = now().milliseconds
        try await pool.transaction { connection in
            try await Self.lineUp(on: connection)
            try await connection.execute(
                """
                INSERT INTO account_leases (broker_id, user_id)
                SELECT id, user_id FROM brokers WHERE user_id = \(user.number) AND id = \(broker.number)
                ON CONFLICT (broker_id) DO NOTHING
                """)
            let free = try await connection.execute(
                """
                UPDATE account_leases l SET engine_id = NULL, taken_at = NULL, epoch = l.epoch + 1
                WHERE l.broker_id = \(broker.number) AND l.user_id = \(user.number)
                    AND NOT EXISTS (SELECT FROM engines e WHERE e.id = l.engine_id AND \(Self.isAlive))
                """)
            guard free == 1 else {
                _ = try await Self.known(user, broker, on: connection)
                throw StorageError.conflict(
                    Message("an engine trades on this account", fr: "un moteur opère sur ce compte"))
            }
            try await connection.pipeline(Self.ending(user, broker, reason, time))
        }
    }

    /// When the engine that has an account was last heard of, by the database's clock; nil where none has it.
    public func lastSign(_ user: UserID, _ broker: BrokerID) async throws -> Timestamp? {
        try await pool.query(
            """
            SELECT e.renewed_at FROM account_leases l JOIN engines e ON e.id = l.engine_id
            WHERE l.user_id = \(user.number) AND l.broker_id = \(broker.number)
            """
        ).first?.time("renewed_at")
    }

    private static func known(_ user: UserID, _ broker: BrokerID, on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            "SELECT FROM brokers WHERE user_id = \(user.number) AND id = \(broker.number)")
        guard !rows.isEmpty else { throw BrokerRepository.unknown }
    }

    private static func ending(
        _ user: UserID, _ broker: BrokerID, _ reason: Message, _ time: Int64
    ) -> [PostgresQuery] {
        let mine: PostgresQuery = "user_id = \(user.number) AND broker_id = \(broker.number)"
        let orders: PostgresQuery = """
            UPDATE orders SET state = 'cancelled', reason_en = \(reason.english), reason_fr = \(reason.french),
                updated_at = greatest(updated_at, \(time)), ended_at = greatest(updated_at, \(time))
            WHERE \(mine) AND ended_at IS NULL
            """
        let trades: PostgresQuery = "UPDATE trades SET status = 'cancelled' WHERE \(mine) AND status = 'pending'"
        let positions: PostgresQuery = """
            UPDATE positions SET quantity = 0, updated_at = greatest(updated_at, \(time)),
                closed_at = greatest(updated_at, \(time))
            WHERE \(mine) AND closed_at IS NULL
            """
        let strategies: PostgresQuery = """
            UPDATE active_strategies SET state = 'stopped', stopped_at = greatest(created_at, \(time)),
                reason_en = \(reason.english), reason_fr = \(reason.french)
            WHERE \(mine) AND state <> 'stopped'
            """
        let events: PostgresQuery = """
            DELETE FROM strategy_events e USING active_strategies a WHERE a.id = e.active_strategy_id
                AND a.user_id = \(user.number) AND a.broker_id = \(broker.number)
            """
        let commands: PostgresQuery = """
            UPDATE strategy_commands c SET state = 'refused', answer_en = \(reason.english),
                answer_fr = \(reason.french), finished_at = greatest(c.submitted_at, \(time))
            FROM active_strategies a WHERE c.active_strategy_id = a.id AND c.state = 'pending'
                AND a.user_id = \(user.number) AND a.broker_id = \(broker.number)
            """
        let brokers: PostgresQuery = """
            UPDATE brokers SET removed_at = \(time), credentials = NULL, is_default = false
            WHERE user_id = \(user.number) AND id = \(broker.number) AND removed_at IS NULL
            """
        return [orders, trades, positions, strategies, events, commands, brokers]
    }
}
