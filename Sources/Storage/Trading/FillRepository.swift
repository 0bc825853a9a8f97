import Broker
import Market
import Postgres
import Trading
import Wording

/// What brokers did. Each execution is booked once, however often and by whatever way it is told.
public struct FillRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// What became of a fill that was to be booked.
    public enum Booking: Sendable, Hashable {
        /// The order as it stands with the fill.
        case booked(StoredOrder)
        case alreadyBooked(StoredOrder)

        public var order: StoredOrder {
            switch self {
            case .booked(let order), .alreadyBooked(let order): order
            }
        }
    }

    /// One execution in the books.
    public struct StoredFill: Sendable, Hashable {
        public var order: StoredOrderID
        public var report: FillReport
        public var bookedAt: Timestamp
    }

    /// Books an execution and its order's new totals and state in one transaction. Nil when the order is not ours.
    public func book(_ fill: FillReport, _ user: UserID, _ broker: BrokerID) async throws -> Booking? {
        try await pool.transaction { connection in
            try await Self.book(fill, user, broker, at: now(), on: connection)
        }
    }

    /// The fills of an order, in order of time.
    public func list(_ user: UserID, of order: StoredOrderID) async throws -> [StoredFill] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM fills f JOIN orders o ON o.id = f.order_id
            WHERE f.user_id = \(user.number) AND f.order_id = \(order.number) ORDER BY f.filled_at, f.id
            """
        ).map(Self.fill)
    }

    /// The newest fills first, those before a time where it is given.
    public func list(
        _ user: UserID, broker: BrokerID, symbol: Symbol? = nil, before: Timestamp? = nil, limit: Int = 100
    ) async throws -> [StoredFill] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM fills f JOIN orders o ON o.id = f.order_id
            WHERE f.user_id = \(user.number) AND f.broker_id = \(broker.number)
                AND f.symbol = coalesce(\(symbol?.description), f.symbol)
                AND f.filled_at < coalesce(\(before?.milliseconds), 9223372036854775807)
            ORDER BY f.filled_at DESC, f.id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.fill)
    }

    /// The latest execution that is booked on a symbol: from there a restart asks the venue.
    public func latest(_ user: UserID, _ broker: BrokerID, _ symbol: Symbol) async throws -> StoredFill? {
        try await list(user, broker: broker, symbol: symbol, limit: 1).first
    }
}

extension FillRepository {
    /// Finds the order by our name for it or the venue's, and books. Nil when it is not ours.
    private static func book(
        _ fill: FillReport, _ user: UserID, _ broker: BrokerID, at now: Timestamp, on connection: PostgresConnection
    ) async throws -> Booking? {
        var sheet = OrderSheet(user, broker, at: now)
        try await sheet.lock([], [fill], on: connection)
        guard let order = sheet.order(of: fill) else { return nil }
        try await sheet.insert([(fill, order.id)], on: connection)
        let isNew = try await sheet.book(fill, into: order.id, on: connection)
        try await sheet.write(on: connection)
        let name = order.request.clientID
        guard let updated = sheet.order(name) else { throw OrderRepository.unknown }
        return isNew ? .booked(updated) : .alreadyBooked(updated)
    }

    /// What the fill makes of the order. One in quote currency is filled when the venue says so.
    static func state(of order: StoredOrder, with fill: FillReport) -> OrderState {
        if let quantity = order.request.amount.base, order.filledQuantity + fill.quantity >= quantity { return .filled }
        switch order.state {
        case .pendingNew, .open: return .partiallyFilled
        default: return order.state
        }
    }

    static func mismatch(_ fill: FillReport, _ order: StoredOrder) -> StorageError {
        .conflict(
            Message(
                "fill \(fill.id) is a \(fill.side.rawValue) of \(fill.symbol), its order "
                    + "'\(order.request.clientID)' a \(order.request.side.rawValue) of \(order.request.symbol)",
                fr: "l'exécution \(fill.id) est un \(fill.side.rawValue) de \(fill.symbol), son ordre "
                    + "'\(order.request.clientID)' un \(order.request.side.rawValue) de \(order.request.symbol)"))
    }

    static func tooMuch(_ fill: FillReport, _ order: StoredOrder) -> StorageError {
        .conflict(
            Message(
                "fill \(fill.id) of \(fill.quantity) is more than what is left of order "
                    + "'\(order.request.clientID)', \(order.filledQuantity) filled: nothing was booked",
                fr: "l'exécution \(fill.id) de \(fill.quantity) dépasse le reste de l'ordre "
                    + "'\(order.request.clientID)', \(order.filledQuantity) exécuté : rien n'a été inscrit"))
    }

    static func otherwise(_ fill: FillReport) -> StorageError {
        .conflict(
            Message(
                "fill \(fill.id) on \(fill.symbol) was told before with another order, price or quantity",
                fr: "l'exécution \(fill.id) sur \(fill.symbol) a été donnée avant avec un autre ordre, prix ou "
                    + "quantité"))
    }

    private static let columns = PostgresQuery(
        stringLiteral: """
            f.order_id, f.symbol, f.side, f.venue_fill_id, f.price, f.quantity, f.fee_amount, f.fee_asset, f.filled_at,
            f.is_maker, f.booked_at, o.client_order_id, o.venue_order_id
            """)

    private static func fill(_ row: PostgresRow) throws -> StoredFill {
        guard let side = Side(rawValue: try row.text("side")) else { throw OrderRow.damaged }
        let report = FillReport(
            id: FillID(try row.text("venue_fill_id")),
            venueOrderID: VenueOrderID(try row.optionalText("venue_order_id") ?? ""),
            clientID: ClientOrderID(try row.text("client_order_id")), symbol: try Symbol(try row.text("symbol")),
            side: side, price: Price(try row.amount("price")), quantity: Quantity(try row.amount("quantity")),
            fee: Fee(amount: try row.amount("fee_amount"), asset: try row.text("fee_asset")),
            time: try row.time("filled_at"), isMaker: try row.bool("is_maker"))
        return StoredFill(
            order: StoredOrderID(try row.int64("order_id")), report: report, bookedAt: try row.time("booked_at"))
    }
}
