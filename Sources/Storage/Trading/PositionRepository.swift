import Broker
import Market
import Postgres
import Wording

/// Positions of users: one open at a time for each (active strategy or by hand, broker, symbol).
public struct PositionRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// What a position is now; a quantity of zero closes it.
    public struct Standing: Sendable, Hashable {
        public var direction: Direction
        public var quantity: Quantity
        public var entryPrice: Price
        public var stop: Price?
        public var target: Price?
        public var realisedProfit: Money

        public init(
            direction: Direction, quantity: Quantity, entryPrice: Price, stop: Price? = nil, target: Price? = nil,
            realisedProfit: Money = .zero
        ) {
            self.direction = direction
            self.quantity = quantity
            self.entryPrice = entryPrice
            self.stop = stop
            self.target = target
            self.realisedProfit = realisedProfit
        }
    }

    /// Writes the open position of an owner on a symbol, opening one where there is none. Closing what is not open is a
    /// `.conflict`.
    @discardableResult
    public func put(
        _ standing: Standing, _ user: UserID, _ broker: BrokerID, _ symbol: Symbol,
        of strategy: ActiveStrategyID? = nil
    ) async throws -> StoredPosition {
        let time = now().milliseconds
        do {
            return try await pool.transaction { connection in
                guard
                    let position = try await Self.put(
                        standing, user, broker, symbol, of: strategy, at: time, on: connection)
                else { throw Self.unknown }
                return position
            }
        } catch PostgresError.foreignKeyViolation {
            throw BrokerRepository.unknown
        }
    }

    /// Positions that are open, by symbol.
    public func open(_ user: UserID, broker: BrokerID? = nil) async throws -> [StoredPosition] {
        try await pool.query(
            """
            SELECT * FROM positions WHERE user_id = \(user.number) AND closed_at IS NULL
                AND broker_id = coalesce(\(broker?.number), broker_id) ORDER BY symbol, id
            """
        ).map(Self.position)
    }

    /// Open or closed, the newest first.
    public func list(
        _ user: UserID, broker: BrokerID? = nil, before: PositionID? = nil, limit: Int = 100
    ) async throws -> [StoredPosition] {
        try await pool.query(
            """
            SELECT * FROM positions WHERE user_id = \(user.number)
                AND broker_id = coalesce(\(broker?.number), broker_id)
                AND id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.position)
    }

    /// Nil when there is no position to close.
    static func put(
        _ standing: Standing, _ user: UserID, _ broker: BrokerID, _ symbol: Symbol, of strategy: ActiveStrategyID?,
        at time: Int64, on connection: PostgresConnection
    ) async throws -> StoredPosition? {
        let isClosed = standing.quantity.value.isZero
        // Of two writers of one position the second one finds what the first has opened.
        let key = "aristobot position \(broker.number) \(symbol) \(strategy?.number ?? 0)"
        try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(key)::text, 0))")
        let updated = try await connection.query(
            """
            UPDATE positions SET direction = \(standing.direction.rawValue),
                quantity = \(standing.quantity.value), entry_price = \(standing.entryPrice.value),
                stop_price = \(standing.stop?.value), target_price = \(standing.target?.value),
                realised_profit = \(standing.realisedProfit.value), updated_at = greatest(updated_at, \(time)),
                closed_at = CASE WHEN \(isClosed) THEN greatest(opened_at, \(time)) END
            WHERE user_id = \(user.number) AND broker_id = \(broker.number)
                AND symbol = \(symbol.description)
                AND active_strategy_id IS NOT DISTINCT FROM \(strategy?.number) AND closed_at IS NULL
            RETURNING *
            """)
        if let row = updated.first { return try position(row) }
        guard !isClosed else { return nil }
        let added = try await connection.query(
            """
            INSERT INTO positions (user_id, broker_id, active_strategy_id, symbol, direction, quantity,
                entry_price, stop_price, target_price, realised_profit, opened_at, updated_at)
            VALUES (\(user.number), \(broker.number), \(strategy?.number), \(symbol.description),
                \(standing.direction.rawValue), \(standing.quantity.value), \(standing.entryPrice.value),
                \(standing.stop?.value), \(standing.target?.value), \(standing.realisedProfit.value), \(time),
                \(time))
            RETURNING *
            """)
        return try position(added[0])
    }

    static let unknown = StorageError.conflict(
        Message("there is no open position to close", fr: "il n'y a pas de position ouverte à fermer"))

    static func position(_ row: PostgresRow) throws -> StoredPosition {
        guard let direction = Direction(rawValue: try row.text("direction")) else { throw OrderRow.damaged }
        return StoredPosition(
            id: PositionID(try row.int64("id")), user: UserID(try row.int64("user_id")),
            broker: BrokerID(try row.int64("broker_id")),
            activeStrategy: try row.optionalInt64("active_strategy_id").map(ActiveStrategyID.init),
            symbol: try Symbol(try row.text("symbol")), direction: direction,
            quantity: Quantity(try row.amount("quantity")), entryPrice: Price(try row.amount("entry_price")),
            stop: try row.optionalAmount("stop_price").map(Price.init),
            target: try row.optionalAmount("target_price").map(Price.init),
            realisedProfit: Money(try row.amount("realised_profit")), openedAt: try row.time("opened_at"),
            updatedAt: try row.time("updated_at"), closedAt: try row.optionalTime("closed_at"))
    }
}
