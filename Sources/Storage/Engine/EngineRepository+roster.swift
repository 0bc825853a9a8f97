import Broker
import Market
import Postgres
import Trading
import Wording

extension EngineRepository {
    /// All that is needed to go on with an account, as of one instant, in ten queries whatever it holds.
    ///
    /// - Parameter only: of these strategies alone, where they still matter; commands and limits are told whole.
    public func roster(
        _ lease: AccountLease, only: [ActiveStrategyID]? = nil
    ) async throws(EngineStoreError) -> AccountRoster {
        do {
            return try await pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
                try await Self.expect(lease, on: connection)
                guard let account = try await Self.account(lease, on: connection) else {
                    throw EngineStoreError.leaseLost
                }
                let (strategies, unreadable) = try await Self.strategies(lease, only, on: connection)
                let (commands, unreadableCommands) = try await Self.pending(lease, on: connection)
                let ids = strategies.map(\.strategy.id.number)
                let (user, broker) = (lease.user.number, lease.broker.number)
                let orders = try await connection.query(
                    """
                    SELECT \(OrderRow.columns) FROM orders o WHERE o.user_id = \(user) AND o.broker_id = \(broker)
                        AND o.ended_at IS NULL AND o.active_strategy_id = ANY(\(ids)) ORDER BY o.id
                    """
                ).map(OrderRow.order)
                let positions = try await connection.query(
                    """
                    SELECT * FROM positions WHERE user_id = \(user) AND broker_id = \(broker)
                        AND active_strategy_id = ANY(\(ids)) AND closed_at IS NULL ORDER BY id
                    """
                ).map(PositionRepository.position)
                return AccountRoster(
                    broker: account.broker, limits: account.limits, killSwitch: account.killSwitch,
                    strategies: strategies,
                    scripts: try await Self.scripts(strategies.map(\.strategy), lease, on: connection), orders: orders,
                    positions: positions, commands: commands,
                    latestFills: try await Self.latestFills(lease, on: connection), unreadable: unreadable,
                    unreadableCommands: unreadableCommands)
            }
        } catch {
            throw Self.explained(error)
        }
    }

    /// The account's strategies that still matter: to see which are new.
    public func strategies(_ lease: AccountLease) async throws(EngineStoreError) -> [ActiveStrategyID] {
        do {
            return try await pool.query(
                "SELECT a.id FROM active_strategies a WHERE \(Self.matter(lease)) ORDER BY a.id"
            ).map { ActiveStrategyID(try $0.int64("id")) }
        } catch {
            throw Self.explained(error)
        }
    }

    /// Strategies of the account that still matter.
    private static func matter(_ lease: AccountLease) -> PostgresQuery {
        """
        a.user_id = \(lease.user.number) AND a.broker_id = \(lease.broker.number) AND (a.state <> 'stopped'
            OR a.id IN (SELECT o.active_strategy_id FROM orders o WHERE o.user_id = \(lease.user.number)
                AND o.broker_id = \(lease.broker.number) AND o.ended_at IS NULL)
            OR a.id IN (SELECT p.active_strategy_id FROM positions p WHERE p.user_id = \(lease.user.number)
                AND p.broker_id = \(lease.broker.number) AND p.closed_at IS NULL))
        """
    }

    /// Commands that wait and can be read, the oldest first.
    public func pendingCommands(_ lease: AccountLease) async throws(EngineStoreError) -> [StrategyCommand] {
        do {
            return try await pool.withConnection { try await Self.pending(lease, on: $0).commands }
        } catch {
            throw Self.explained(error)
        }
    }

    /// Refuses commands that nobody can carry out. Those that were answered meanwhile stay as they are, and under a
    /// lease that is lost all do.
    public func refuse(
        _ commands: [StrategyCommandID: Message], under lease: AccountLease
    ) async throws(EngineStoreError) {
        do {
            for (command, answer) in commands.sorted(by: { $0.key.number < $1.key.number }) {
                try await pool.execute(
                    """
                    UPDATE strategy_commands c SET state = 'refused', answer_en = \(answer.english),
                        answer_fr = \(answer.french), finished_at = greatest(c.submitted_at, \(now().milliseconds))
                    WHERE c.id = \(command.number) AND c.user_id = \(lease.user.number) AND c.state = 'pending'
                        AND EXISTS (SELECT FROM account_leases l WHERE l.broker_id = \(lease.broker.number)
                            AND l.engine_id = \(lease.engine.number) AND l.epoch = \(lease.epoch))
                    """)
            }
        } catch {
            throw Self.explained(error)
        }
    }

    /// The highest attempt known of each order of a core, that is the revision of its newest client id; what was never
    /// sent is missing.
    ///
    /// - Parameter numbers: which orders are asked about, by strategy; their orders may be over long since.
    public func attempts(
        _ lease: AccountLease, of numbers: [ActiveStrategyID: [Int]]
    ) async throws(EngineStoreError) -> [ActiveStrategyID: [Int: Int]] {
        let pairs = numbers.flatMap { id, all in all.map { (id.number, String($0)) } }
        guard !pairs.isEmpty else { return [:] }
        do {
            let rows = try await pool.query(
                """
                SELECT n.strategy, n.number::bigint AS number,
                    max(coalesce(nullif(split_part(o.client_order_id, '-', 3), ''), '0')::bigint) AS attempt
                FROM unnest(\(pairs.map(\.0)), \(pairs.map(\.1))) AS n (strategy, number)
                JOIN orders o ON o.active_strategy_id = n.strategy AND split_part(o.client_order_id, '-', 2) = n.number
                WHERE o.user_id = \(lease.user.number) AND o.broker_id = \(lease.broker.number)
                GROUP BY n.strategy, n.number
                """)
            var attempts: [ActiveStrategyID: [Int: Int]] = [:]
            for row in rows {
                let id = ActiveStrategyID(try row.int64("strategy"))
                attempts[id, default: [:]][try row.int("number")] = try row.int("attempt")
            }
            return attempts
        } catch {
            throw Self.explained(error)
        }
    }

    /// How many orders of strategies on the account have opened or added since the UTC day began, by our own clock: an
    /// order of a core counts once, however often it was sent. On a spot account purchases are what opens.
    public func ordersOpenedToday(_ lease: AccountLease) async throws(EngineStoreError) -> Int {
        let day: Int64 = 86_400_000
        let begin = now().milliseconds / day * day
        do {
            // Numbers rise with time, so the newest rows hold the whole day; more than that are not placed in one.
            let rows = try await pool.query(
                """
                SELECT count(DISTINCT (o.active_strategy_id, split_part(o.client_order_id, '-', 2))) AS opened
                FROM (SELECT * FROM orders WHERE user_id = \(lease.user.number) ORDER BY id DESC LIMIT 100000) AS o
                WHERE o.broker_id = \(lease.broker.number) AND o.active_strategy_id IS NOT NULL AND o.side = 'buy'
                    AND o.created_at >= \(begin)
                """)
            return try rows[0].int("opened")
        } catch {
            throw Self.explained(error)
        }
    }

    /// Fails unless the lease is still the one that counts.
    private static func expect(_ lease: AccountLease, on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            SELECT FROM account_leases WHERE broker_id = \(lease.broker.number) AND user_id = \(lease.user.number)
                AND engine_id = \(lease.engine.number) AND epoch = \(lease.epoch)
            """)
        guard !rows.isEmpty else { throw EngineStoreError.leaseLost }
    }

    private static func account(
        _ lease: AccountLease, on connection: PostgresConnection
    ) async throws -> (broker: StoredBroker, limits: String, killSwitch: Bool)? {
        let rows = try await connection.query(
            """
            SELECT \(BrokerRepository.columns), limits::text AS limits, (
                SELECT u.kill_switch OR NOT u.is_active FROM users u WHERE u.id = user_id) AS kill_switch
            FROM brokers
            WHERE user_id = \(lease.user.number) AND id = \(lease.broker.number) AND removed_at IS NULL
            """)
        return try rows.first.map {
            (try BrokerRepository.broker($0), try $0.text("limits"), try $0.bool("kill_switch"))
        }
    }

    private static func strategies(
        _ lease: AccountLease, _ only: [ActiveStrategyID]?, on connection: PostgresConnection
    ) async throws -> (strategies: [RosterStrategy], unreadable: [ActiveStrategyID: Message]) {
        var events = try await events(lease, only, on: connection)
        let rows = try await connection.query(
            """
            SELECT \(ActiveStrategyRow.columns), a.script_state, a.core_state::text AS core_state,
                s.name AS script_name, greatest(a.last_decision_open, (
                    SELECT max(d.candle_open) FROM decisions d WHERE d.active_strategy_id = a.id)) AS decided,
                (SELECT x.started_at FROM strategy_sessions x
                    WHERE x.active_strategy_id = a.id AND x.number = 1) AS first_session
            FROM active_strategies a JOIN strategies s ON s.id = a.strategy_id
            WHERE \(matter(lease)) AND (\(only == nil) OR a.id = ANY(\(only?.map(\.number) ?? [])))
            ORDER BY a.id
            """, timeout: .seconds(60))
        var strategies: [RosterStrategy] = []
        var unreadable: [ActiveStrategyID: Message] = [:]
        for row in rows {
            // One that somebody has damaged by hand must not keep the others from running.
            do {
                var strategy = try ActiveStrategyRow.strategy(row)
                strategy.lastDecisionOpen = try row.optionalTime("decided")
                strategies.append(
                    RosterStrategy(
                        strategy: strategy, scriptName: try row.text("script_name"),
                        scriptState: try row.optionalBytes("script_state"),
                        memory: try row.optionalText("core_state"),
                        events: events.removeValue(forKey: strategy.id) ?? [],
                        firstSession: try row.optionalTime("first_session")))
            } catch {
                unreadable[ActiveStrategyID(try row.int64("id"))] = problem(with: error)
            }
        }
        return (strategies, unreadable)
    }

    private static func problem(with error: any Error) -> Message {
        (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
    }

    /// What scripts have not been told yet, in the order it happened.
    private static func events(
        _ lease: AccountLease, _ only: [ActiveStrategyID]?, on connection: PostgresConnection
    ) async throws -> [ActiveStrategyID: [KeptEvent]] {
        let rows = try await connection.query(
            """
            SELECT e.active_strategy_id, e.number, e.event
            FROM strategy_events e JOIN active_strategies a ON a.id = e.active_strategy_id
            WHERE a.user_id = \(lease.user.number) AND a.broker_id = \(lease.broker.number)
                AND (\(only == nil) OR a.id = ANY(\(only?.map(\.number) ?? [])))
            ORDER BY e.active_strategy_id, e.number
            """, timeout: .seconds(60))
        var events: [ActiveStrategyID: [KeptEvent]] = [:]
        for row in rows {
            let event = KeptEvent(number: try row.int64("number"), bytes: try row.bytes("event"))
            events[ActiveStrategyID(try row.int64("active_strategy_id")), default: []].append(event)
        }
        return events
    }

    private static func scripts(
        _ strategies: [ActiveStrategy], _ lease: AccountLease, on connection: PostgresConnection
    ) async throws -> [AccountRoster.ScriptKey: String] {
        let keys = Array(Set(strategies.map { AccountRoster.ScriptKey(strategy: $0.strategy, version: $0.version) }))
        let rows = try await connection.query(
            """
            SELECT v.strategy_id, v.version, v.source
            FROM unnest(\(keys.map(\.strategy.number)), \(keys.map(\.version))) AS n (strategy, version)
            JOIN strategy_versions v ON v.strategy_id = n.strategy AND v.version = n.version
            WHERE v.user_id = \(lease.user.number)
            """)
        var scripts: [AccountRoster.ScriptKey: String] = [:]
        for row in rows {
            let id = StrategyID(try row.int64("strategy_id"))
            scripts[AccountRoster.ScriptKey(strategy: id, version: try row.int("version"))] = try row.text("source")
        }
        return scripts
    }

    private static func pending(
        _ lease: AccountLease, on connection: PostgresConnection
    ) async throws -> (commands: [StrategyCommand], unreadable: [StrategyCommandID: Message]) {
        let rows = try await connection.query(
            """
            SELECT \(ActiveStrategyRow.commandColumns) FROM strategy_commands c
            JOIN active_strategies a ON a.id = c.active_strategy_id
            WHERE c.state = 'pending' AND a.user_id = \(lease.user.number) AND a.broker_id = \(lease.broker.number)
            ORDER BY c.id LIMIT 10000
            """)
        var commands: [StrategyCommand] = []
        var unreadable: [StrategyCommandID: Message] = [:]
        for row in rows {
            do {
                commands.append(try ActiveStrategyRow.command(row))
            } catch {
                unreadable[StrategyCommandID(try row.int64("id"))] = problem(with: error)
            }
        }
        return (commands, unreadable)
    }

    private static func latestFills(
        _ lease: AccountLease, on connection: PostgresConnection
    ) async throws -> [Symbol: AccountRoster.FillMark] {
        let rows = try await connection.query(
            """
            SELECT s.symbol, f.venue_fill_id, f.filled_at FROM (
                SELECT DISTINCT symbol FROM active_strategies
                WHERE user_id = \(lease.user.number) AND broker_id = \(lease.broker.number) AND state <> 'stopped'
            ) AS s CROSS JOIN LATERAL (
                SELECT venue_fill_id, filled_at FROM fills
                WHERE user_id = \(lease.user.number) AND broker_id = \(lease.broker.number) AND symbol = s.symbol
                ORDER BY filled_at DESC, id DESC LIMIT 1) AS f
            """)
        var latest: [Symbol: AccountRoster.FillMark] = [:]
        for row in rows {
            latest[try Symbol(try row.text("symbol"))] = AccountRoster.FillMark(
                id: FillID(try row.text("venue_fill_id")), time: try row.time("filled_at"))
        }
        return latest
    }
}
