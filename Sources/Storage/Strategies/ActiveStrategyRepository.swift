import Market
import Postgres
import Wording

/// Strategies that run, and what their users ask of them. What they do is written by their engine, through
/// `EngineRepository.commit`.
public struct ActiveStrategyRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// Commands that one strategy may have waiting.
    public static let mostPendingCommands = 100

    /// Makes a strategy run. The timeframe must be one that the heartbeat beats in.
    public func activate(_ user: UserID, _ wish: NewActiveStrategy) async throws -> ActiveStrategy {
        let created = now()
        if let name = wish.name { try BrokerRepository.check(name: name) }
        try Self.checkObject(wish.settings)
        let (parameters, feeds) = (try JSONText.encode(wish.parameters), try ActiveStrategyRow.text(wish.feeds))
        let starts = wish.startsAt ?? created
        do {
            return try await pool.transaction { connection in
                let found = try await connection.query(
                    """
                    SELECT name, timeframe, current_version FROM strategies
                    WHERE user_id = \(user.number) AND id = \(wish.strategy.number) AND removed_at IS NULL FOR SHARE
                    """)
                guard let strategy = found.first else { throw StrategyRepository.unknown }
                let timeframe = try wish.timeframe?.rawValue ?? strategy.text("timeframe")
                try Self.checkBeat(timeframe)
                let brokers = try await connection.query(
                    """
                    SELECT id FROM brokers WHERE user_id = \(user.number) AND id = \(wish.broker.number)
                        AND removed_at IS NULL FOR SHARE
                    """)
                guard !brokers.isEmpty else { throw BrokerRepository.unknown }
                let rows = try await connection.query(
                    """
                    INSERT INTO active_strategies AS a (user_id, name, strategy_id, version, broker_id, symbol,
                        timeframe, params, settings, capital, feeds, seed, starts_at, ends_at, created_at)
                    VALUES (\(user.number),
                        \(try wish.name ?? Self.name(try strategy.text("name"), wish.symbol, timeframe)),
                        \(wish.strategy.number), \(try wish.version ?? strategy.int("current_version")),
                        \(wish.broker.number), \(wish.symbol.description), \(timeframe), \(parameters)::jsonb,
                        \(wish.settings)::jsonb, \(wish.capital.value), \(feeds)::jsonb,
                        \(Int64(bitPattern: wish.seed)), \(starts.milliseconds), \(wish.endsAt?.milliseconds),
                        \(created.milliseconds))
                    RETURNING \(ActiveStrategyRow.columns)
                    """)
                return try ActiveStrategyRow.strategy(rows[0])
            }
        } catch let error as PostgresError {
            throw Self.explained(error)
        }
    }

    /// The newest first.
    ///
    /// - Parameter stopped: also those that are over.
    public func list(
        _ user: UserID, broker: BrokerID? = nil, stopped: Bool = false, before: ActiveStrategyID? = nil,
        limit: Int = 1000
    ) async throws -> [ActiveStrategy] {
        try await pool.query(
            """
            SELECT \(ActiveStrategyRow.columns) FROM active_strategies a
            WHERE a.user_id = \(user.number) AND a.broker_id = coalesce(\(broker?.number), a.broker_id)
                AND (\(stopped) OR a.state <> 'stopped') AND a.id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY a.id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(ActiveStrategyRow.strategy)
    }

    public func get(_ user: UserID, _ id: ActiveStrategyID) async throws -> ActiveStrategy {
        let rows = try await pool.query(
            """
            SELECT \(ActiveStrategyRow.columns) FROM active_strategies a
            WHERE a.user_id = \(user.number) AND a.id = \(id.number)
            """)
        guard let row = rows.first else { throw Self.unknown }
        return try ActiveStrategyRow.strategy(row)
    }

    /// One that is not stopped.
    public func find(_ user: UserID, name: String) async throws -> ActiveStrategy? {
        try await pool.query(
            """
            SELECT \(ActiveStrategyRow.columns) FROM active_strategies a
            WHERE a.user_id = \(user.number) AND a.name = \(name) AND a.state <> 'stopped'
            """
        ).first.map(ActiveStrategyRow.strategy)
    }

    /// Asks something of a strategy; the engine that has its account carries it out.
    public func submit(
        _ order: StrategyCommand.Order, _ user: UserID, _ id: ActiveStrategyID
    ) async throws -> StrategyCommand {
        if case .set(let settings?, _, _) = order { try Self.checkObject(settings) }
        let detail = try ActiveStrategyRow.detail(order)
        return try await pool.transaction { connection in
            let found = try await connection.query(
                """
                SELECT a.state, (SELECT count(*) FROM strategy_commands c
                    WHERE c.active_strategy_id = a.id AND c.state = 'pending') AS waiting
                FROM active_strategies a WHERE a.user_id = \(user.number) AND a.id = \(id.number) FOR SHARE
                """)
            guard let strategy = found.first else { throw Self.unknown }
            guard try strategy.text("state") != "stopped" else { throw Self.over }
            guard try strategy.int("waiting") < Self.mostPendingCommands else { throw Self.tooMany }
            if case .upgrade(let version) = order { try await Self.checkVersion(version, id, user, on: connection) }
            let rows = try await connection.query(
                """
                INSERT INTO strategy_commands AS c (user_id, active_strategy_id, kind, detail, submitted_at)
                VALUES (\(user.number), \(id.number), \(order.kind), \(detail)::jsonb, \(now().milliseconds))
                RETURNING \(ActiveStrategyRow.commandColumns)
                """)
            return try ActiveStrategyRow.command(rows[0])
        }
    }

    /// Where a command stands.
    public func command(_ user: UserID, _ id: StrategyCommandID) async throws -> StrategyCommand {
        let rows = try await pool.query(
            """
            SELECT \(ActiveStrategyRow.commandColumns) FROM strategy_commands c
            WHERE c.user_id = \(user.number) AND c.id = \(id.number)
            """)
        guard let row = rows.first else {
            throw StorageError.notFound(Message("there is no such command", fr: "cette commande n'existe pas"))
        }
        return try ActiveStrategyRow.command(row)
    }

    /// Commands for a strategy, the newest first.
    public func commands(
        _ user: UserID, of id: ActiveStrategyID, limit: Int = 100
    ) async throws -> [StrategyCommand] {
        try await pool.query(
            """
            SELECT \(ActiveStrategyRow.commandColumns) FROM strategy_commands c
            WHERE c.user_id = \(user.number) AND c.active_strategy_id = \(id.number)
            ORDER BY c.id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(ActiveStrategyRow.command)
    }
}

extension ActiveStrategyRepository {
    static let unknown = StorageError.notFound(
        Message("there is no such active strategy", fr: "cette stratégie active n'existe pas"))

    private static let over = StorageError.conflict(
        Message("this strategy is stopped for good: activate it anew", fr: "cette stratégie est arrêtée : réactivez-la")
    )

    private static let tooMany = StorageError.conflict(
        Message(
            "\(mostPendingCommands) commands wait for this strategy already: does an engine run?",
            fr: "\(mostPendingCommands) commandes attendent déjà cette stratégie : un moteur tourne-t-il ?"))

    private static func checkVersion(
        _ version: Int, _ id: ActiveStrategyID, _ user: UserID, on connection: PostgresConnection
    ) async throws {
        let rows = try await connection.query(
            """
            SELECT FROM strategy_versions v JOIN active_strategies a
                ON a.user_id = v.user_id AND a.strategy_id = v.strategy_id
            WHERE a.user_id = \(user.number) AND a.id = \(id.number) AND v.version = \(version)
            """)
        guard !rows.isEmpty else { throw noVersion(version) }
    }

    private static func noVersion(_ version: Int?) -> StorageError {
        let named = version.map { " \($0)" } ?? ""
        return .notFound(
            Message("the strategy has no such version\(named)", fr: "la stratégie n'a pas cette version\(named)"))
    }

    private static func checkBeat(_ timeframe: String) throws(StorageError) {
        let names = Timeframe.heartbeat.map(\.rawValue)
        guard !names.contains(timeframe) else { return }
        let known = names.joined(separator: ", ")
        throw .invalid(
            Message(
                "strategies do not run live on \(timeframe): expected one of \(known)",
                fr: "les stratégies ne tournent pas en direct en \(timeframe) : attendu parmi \(known)"))
    }

    static func checkObject(_ text: String) throws(StorageError) {
        guard text.utf8.count <= 65_536, JSONText.isObject(text) else {
            throw .invalid(
                Message(
                    "settings are no JSON object of at most 64 KiB",
                    fr: "les réglages ne sont pas un objet JSON d'au plus 64 Kio"))
        }
    }

    /// Short enough for a name, whatever the strategy's is.
    private static func name(_ strategy: String, _ symbol: Symbol, _ timeframe: String) -> String {
        let ending = " \(symbol) \(timeframe)"
        let room = 100 - ending.unicodeScalars.count
        var start = String(String.UnicodeScalarView(strategy.unicodeScalars.prefix(max(1, room))))
        while start.hasSuffix(" ") { start.removeLast() }
        return start + ending
    }

    private static func explained(_ error: PostgresError) -> any Error {
        switch error {
        case .uniqueViolation(_, "active_strategies_name_key"):
            StorageError.nameTaken(
                Message(
                    "an active strategy of that name runs already: give another name",
                    fr: "une stratégie active porte déjà ce nom : donnez-en un autre"))
        case .foreignKeyViolation(_, "active_strategies_version_fkey"): noVersion(nil)
        case .checkViolation(_, "active_strategies_dates"):
            StorageError.invalid(Message("it would end before it starts", fr: "elle finirait avant de commencer"))
        case .checkViolation(_, "positive_amount_check"):
            StorageError.invalid(
                Message("the capital must be above zero", fr: "le capital doit être supérieur à zéro"))
        default: error
        }
    }
}
