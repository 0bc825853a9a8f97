import Broker
import Market
import Postgres
import Trading
import Wording

/// Orders of users. An order is written here before it is sent, and every later state before it is acted on.
///
/// The database itself refuses a second order of the same name, a state that cannot follow another, and totals that are
/// not the sum of the fills.
public struct OrderRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// Writes an order down as pending, with its line in the journal. It may be sent once this has returned.
    ///
    /// A `.conflict` says that the broker has an order of that name already: nothing may be sent then.
    public func add(
        _ request: OrderRequest, _ user: UserID, _ broker: BrokerID, origin: OrderOrigin = .manual
    ) async throws -> StoredOrder {
        let created = now().milliseconds
        do {
            return try await pool.transaction { connection in
                try await Self.insert(request, user, broker, origin, created, on: connection)
            }
        } catch PostgresError.uniqueViolation(_, "orders_client_order_id_key") {
            throw StorageError.conflict(
                Message(
                    "there is an order '\(request.clientID)' already",
                    fr: "il y a déjà un ordre '\(request.clientID)'"))
        } catch PostgresError.foreignKeyViolation(_, "orders_broker_fkey") {
            throw BrokerRepository.unknown
        } catch PostgresError.foreignKeyViolation {
            throw StorageError.notFound(
                Message("what decided the order does not exist", fr: "ce qui a décidé l'ordre n'existe pas"))
        }
    }

    /// Writes down where an order stands now. The state it has already changes nothing.
    ///
    /// - Parameter venueID: the venue's name for it, once it is known.
    @discardableResult
    public func setState(
        _ state: OrderState, venueID: VenueOrderID? = nil, _ user: UserID, _ id: StoredOrderID
    ) async throws -> StoredOrder {
        try await pool.transaction { connection in
            let order = try await Self.locked(user, "o.id = \(id.number)", on: connection)
            return try await Self.setState(state, venueID: venueID, of: order, at: now(), on: connection)
        }
    }

    /// Writes down what a venue tells of an order: its name there, its state and the fills that came with it, all in
    /// one transaction. Nil for an order that is not ours.
    ///
    /// A state that is older than the one known changes nothing: events of a venue overtake each other. Nor does one
    /// that tells of fills which are not booked yet: they come by `FillRepository.book`, and the report again.
    @discardableResult
    public func record(_ report: OrderReport, _ user: UserID, _ broker: BrokerID) async throws -> StoredOrder? {
        guard let name = report.clientID else { return nil }
        return try await pool.transaction { connection in
            var sheet = OrderSheet(user, broker, at: now())
            try await sheet.lock([name], on: connection)
            guard let order = sheet.order(name) else { return nil }
            try await sheet.insert(report.fills.map { ($0, order.id) }, on: connection)
            try await sheet.record(report, of: order.id, on: connection)
            try await sheet.write(on: connection)
            return sheet.order(name)
        }
    }

    /// While the venue tells of more than is booked the order stays open, whatever its end: what is open is asked about
    /// until its fills are here.
    static func state(told report: OrderReport, of order: StoredOrder) -> OrderState {
        order.filledQuantity < report.filledQuantity ? .open : OrderState(report.status)
    }

    public func get(_ user: UserID, _ id: StoredOrderID) async throws -> StoredOrder {
        let rows = try await pool.query(
            """
            SELECT \(OrderRow.columns) FROM orders o WHERE o.user_id = \(user.number) AND o.id = \(id.number)
            """)
        guard let row = rows.first else { throw Self.unknown }
        return try OrderRow.order(row)
    }

    public func find(_ user: UserID, _ broker: BrokerID, _ clientID: ClientOrderID) async throws -> StoredOrder? {
        try await pool.withConnection {
            try await Self.find(
                user, broker, "o.client_order_id = \(clientID.text)", locking: false, on: $0)
        }
    }

    /// Orders that are not over, the oldest first: what a restart asks the venue about.
    public func unsettled(_ user: UserID, _ broker: BrokerID) async throws -> [StoredOrder] {
        try await pool.query(
            """
            SELECT \(OrderRow.columns) FROM orders o
            WHERE o.user_id = \(user.number) AND o.broker_id = \(broker.number) AND o.ended_at IS NULL ORDER BY o.id
            """
        ).map(OrderRow.order)
    }

    /// The newest orders first, those before `before` where it is given.
    public func list(
        _ user: UserID, broker: BrokerID? = nil, before: StoredOrderID? = nil, limit: Int = 100
    ) async throws -> [StoredOrder] {
        try await pool.query(
            """
            SELECT \(OrderRow.columns) FROM orders o
            WHERE o.user_id = \(user.number) AND o.broker_id = coalesce(\(broker?.number), o.broker_id)
                AND o.id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY o.id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(OrderRow.order)
    }
}

extension OrderRepository {
    static let unknown = StorageError.notFound(
        Message("there is no such order", fr: "cet ordre n'existe pas"))

    static func find(
        _ user: UserID, _ broker: BrokerID, _ condition: PostgresQuery, locking: Bool,
        on connection: PostgresConnection
    ) async throws -> StoredOrder? {
        let query: PostgresQuery = """
            SELECT \(OrderRow.columns) FROM orders o
            WHERE o.user_id = \(user.number) AND o.broker_id = \(broker.number) AND \(condition)
            """
        return try await connection.query(locking ? query + " FOR UPDATE" : query).first.map(OrderRow.order)
    }

    static func locked(
        _ user: UserID, _ condition: PostgresQuery, on connection: PostgresConnection
    ) async throws -> StoredOrder {
        let rows = try await connection.query(
            """
            SELECT \(OrderRow.columns) FROM orders o
            WHERE o.user_id = \(user.number) AND \(condition) FOR UPDATE
            """)
        guard let row = rows.first else { throw unknown }
        return try OrderRow.order(row)
    }

    /// A conflict names both states; the database would refuse it too.
    static func setState(
        _ state: OrderState, venueID: VenueOrderID?, of order: StoredOrder, at now: Timestamp,
        on connection: PostgresConnection
    ) async throws -> StoredOrder {
        guard state.name == order.state.name || OrderStep.isAllowed(from: order.state, to: state) else {
            throw wrongStep(order, to: state)
        }
        // A clock that was set back must not end an order before it began.
        let changed = max(now, order.updatedAt).milliseconds
        let rows = try await connection.query(
            """
            UPDATE orders o SET state = \(state.name), venue_order_id = coalesce(\(venueID?.text), o.venue_order_id),
                reason_en = coalesce(\(state.reason?.english), o.reason_en),
                reason_fr = coalesce(\(state.reason?.french), o.reason_fr), updated_at = \(changed),
                ended_at = CASE WHEN \(state.isTerminal) THEN coalesce(o.ended_at, \(changed)) END
            WHERE o.user_id = \(order.user.number) AND o.id = \(order.id.number) RETURNING \(OrderRow.columns)
            """)
        guard let row = rows.first else { throw unknown }
        let updated = try OrderRow.order(row)
        try await TradeJournal.follow([updated], on: connection)
        return updated
    }

    static func wrongStep(_ order: StoredOrder, to state: OrderState) -> StorageError {
        .conflict(
            Message(
                "order '\(order.request.clientID)' is \(order.state.name): it cannot become \(state.name)",
                fr: "l'ordre '\(order.request.clientID)' est \(order.state.name) : "
                    + "il ne peut devenir \(state.name)"))
    }

    private static func insert(
        _ request: OrderRequest, _ user: UserID, _ broker: BrokerID, _ origin: OrderOrigin, _ created: Int64,
        on connection: PostgresConnection
    ) async throws -> StoredOrder {
        let rows = try await connection.query(
            """
            INSERT INTO orders AS o (user_id, broker_id, origin, active_strategy_id, webhook_call_id, client_order_id,
                symbol, side, kind, time_in_force, limit_price, trigger_price, quantity, quote_amount, created_at,
                updated_at)
            SELECT \(user.number), b.id, \(origin.name), \(origin.activeStrategy), \(origin.webhookCall),
                \(request.clientID.text), \(request.symbol.description), \(request.side.rawValue),
                \(request.instruction.name.rawValue), \(request.instruction.timeInForce?.rawValue),
                \(request.instruction.limitPrice?.value), \(request.instruction.triggerPrice?.value),
                \(request.amount.base?.value), \(request.amount.quote?.value), \(created), \(created)
            FROM brokers b WHERE b.user_id = \(user.number) AND b.id = \(broker.number) AND b.removed_at IS NULL
            RETURNING \(OrderRow.columns)
            """)
        guard let row = rows.first else { throw BrokerRepository.unknown }
        let order = try OrderRow.order(row)
        try await TradeJournal.open(order, on: connection)
        return order
    }
}
