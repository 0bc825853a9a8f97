import Broker
import Market
import Postgres
import Trading
import Wording

/// Orders that a transaction has locked, and what becomes of them: looked up together, changed here, and written
/// together, so that hundreds of fills cost a few statements. Nothing is changed in the database before `write` but the
/// fills, which `insert` adds.
struct OrderSheet {
    let user: UserID
    let broker: BrokerID
    let time: Timestamp

    /// Rows of one statement.
    static let mostRows = 5_000

    private struct Line {
        var order: StoredOrder
        /// As the database has it.
        var stored: StoredOrder
        /// The last one that a state came with.
        var reason: Message?
        var isChanged = false
    }

    private struct VenueName: Hashable {
        var symbol: Symbol
        var id: VenueOrderID
    }

    private struct FillName: Hashable {
        var symbol: Symbol
        var id: String

        init(_ fill: FillReport) { self.init(fill.symbol, fill.id.text) }

        init(_ symbol: Symbol, _ id: String) {
            self.symbol = symbol
            self.id = id
        }
    }

    /// What a fill was told with.
    private struct Told: Equatable {
        var order: StoredOrderID
        var price: Price
        var quantity: Quantity
    }

    private var lines: [StoredOrderID: Line] = [:]
    private var named: [ClientOrderID: StoredOrderID] = [:]
    private var atVenue: [VenueName: StoredOrderID] = [:]
    /// Fills that were added by this transaction and are not counted yet.
    private var added: Set<FillName> = []
    /// Fills that are booked.
    private var booked: [FillName: Told] = [:]

    init(_ user: UserID, _ broker: BrokerID, at time: Timestamp) {
        self.user = user
        self.broker = broker
        self.time = time
    }

    // MARK: Looking up

    /// Looks orders up by our names for them, and those of fills without one by the venue's, and keeps everybody else
    /// from changing them until the transaction ends.
    mutating func lock(
        _ names: [ClientOrderID], _ fills: [FillReport] = [], on connection: PostgresConnection
    ) async throws {
        let names = Array(Set(names + fills.compactMap(\.clientID)))
        for start in stride(from: 0, to: names.count, by: Self.mostRows) {
            let texts = names[start..<min(start + Self.mostRows, names.count)].map(\.text)
            try await lock("o.client_order_id = ANY(\(texts))", on: connection)
        }
        let nameless = fills.filter { $0.clientID == nil }
        for start in stride(from: 0, to: nameless.count, by: Self.mostRows) {
            let part = nameless[start..<min(start + Self.mostRows, nameless.count)]
            try await lock(
                """
                (o.symbol, o.venue_order_id) IN (SELECT n.symbol, n.id
                    FROM unnest(\(part.map(\.symbol.description)), \(part.map(\.venueOrderID.text))) AS n (symbol, id))
                """, on: connection)
        }
    }

    /// In the order of their numbers, so that two transactions never wait for each other.
    private mutating func lock(_ condition: PostgresQuery, on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            SELECT \(OrderRow.columns) FROM orders o
            WHERE o.user_id = \(user.number) AND o.broker_id = \(broker.number) AND \(condition)
            ORDER BY o.id FOR UPDATE
            """)
        for order in try rows.map(OrderRow.order) where lines[order.id] == nil {
            lines[order.id] = Line(order: order, stored: order)
            named[order.request.clientID] = order.id
            if let id = order.venueID { atVenue[VenueName(symbol: order.request.symbol, id: id)] = order.id }
        }
    }

    /// The order as it stands on the sheet; nil when it is not ours.
    func order(_ name: ClientOrderID) -> StoredOrder? { named[name].flatMap { lines[$0]?.order } }

    /// The order of a fill, by our name for it or the venue's.
    func order(of fill: FillReport) -> StoredOrder? {
        if let name = fill.clientID { return order(name) }
        return atVenue[VenueName(symbol: fill.symbol, id: fill.venueOrderID)].flatMap { lines[$0]?.order }
    }

    // MARK: Fills

    /// Adds fills to the books, each once; `book` counts them then.
    mutating func insert(
        _ fills: [(fill: FillReport, order: StoredOrderID)], on connection: PostgresConnection
    ) async throws {
        var first: Set<FillName> = []
        var new: [(fill: FillReport, order: StoredOrder)] = []
        for (fill, id) in fills {
            guard let order = lines[id]?.order else { throw OrderRepository.unknown }
            guard fill.symbol == order.request.symbol, fill.side == order.request.side else {
                throw FillRepository.mismatch(fill, order)
            }
            if first.insert(FillName(fill)).inserted { new.append((fill, order)) }
        }
        for start in stride(from: 0, to: new.count, by: Self.mostRows) {
            let part = Array(new[start..<min(start + Self.mostRows, new.count)])
            for row in try await connection.query(try insertion(part)) {
                added.insert(FillName(try Symbol(try row.text("symbol")), try row.text("venue_fill_id")))
            }
            let known = part.map(\.fill).filter { !added.contains(FillName($0)) }
            if !known.isEmpty { try await look(up: known, on: connection) }
        }
    }

    private func insertion(_ rows: [(fill: FillReport, order: StoredOrder)]) throws -> PostgresQuery {
        let fills = rows.map(\.fill)
        let values = try fills.map { try $0.price.notional(of: $0.quantity, rounding: .nearest).value.description }
        return """
            INSERT INTO fills (user_id, broker_id, order_id, symbol, side, venue_fill_id, price, quantity, value,
                fee_amount, fee_asset, filled_at, is_maker, booked_at)
            SELECT \(user.number), \(broker.number), n.order_id, n.symbol, n.side, n.name, n.price::numeric,
                n.quantity::numeric, n.value::numeric, n.fee::numeric, n.asset, n.time, n.is_maker, n.booked
            FROM unnest(\(rows.map(\.order.id.number)), \(fills.map(\.symbol.description)),
                \(fills.map(\.side.rawValue)), \(fills.map(\.id.text)), \(fills.map(\.price.value.description)),
                \(fills.map(\.quantity.value.description)), \(values), \(fills.map(\.fee.amount.description)),
                \(fills.map(\.fee.asset)), \(fills.map(\.time.milliseconds)), \(fills.map(\.isMaker)),
                \(rows.map { max(time, $0.order.updatedAt).milliseconds }))
                WITH ORDINALITY AS n (order_id, symbol, side, name, price, quantity, value, fee, asset, time, is_maker,
                    booked, place)
            ORDER BY n.place
            ON CONFLICT ON CONSTRAINT fills_once DO NOTHING
            RETURNING symbol, venue_fill_id
            """
    }

    /// What fills that were booked before were told with.
    private mutating func look(up fills: [FillReport], on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            SELECT f.symbol, f.venue_fill_id, f.order_id, f.price, f.quantity
            FROM unnest(\(fills.map(\.symbol.description)), \(fills.map(\.id.text))) AS n (symbol, name)
            JOIN fills f ON f.broker_id = \(broker.number) AND f.symbol = n.symbol AND f.venue_fill_id = n.name
            """)
        for row in rows {
            booked[FillName(try Symbol(try row.text("symbol")), try row.text("venue_fill_id"))] = Told(
                order: StoredOrderID(try row.int64("order_id")), price: Price(try row.amount("price")),
                quantity: Quantity(try row.amount("quantity")))
        }
    }

    /// Counts a fill that `insert` was given. False: it is booked already.
    @discardableResult
    mutating func book(
        _ fill: FillReport, into id: StoredOrderID, on connection: PostgresConnection
    ) async throws -> Bool {
        guard let order = lines[id]?.order else { throw OrderRepository.unknown }
        let told = Told(order: id, price: fill.price, quantity: fill.quantity)
        guard added.remove(FillName(fill)) != nil else {
            // The same name must stand for the same execution.
            guard booked[FillName(fill)] == told else { throw FillRepository.otherwise(fill) }
            return false
        }
        booked[FillName(fill)] = told
        var next = order
        next.filledQuantity = order.filledQuantity + fill.quantity
        next.filledValue = order.filledValue + (try fill.price.notional(of: fill.quantity, rounding: .nearest))
        if let quantity = order.request.amount.base, next.filledQuantity > quantity {
            throw FillRepository.tooMuch(fill, order)
        }
        next.venueID = order.venueID ?? fill.venueOrderID
        next.state = FillRepository.state(of: order, with: fill)
        try await change(next, on: connection)
        return true
    }

    // MARK: States

    /// The venue's name replaces the one known.
    mutating func set(
        _ state: OrderState, venueID: VenueOrderID?, of id: StoredOrderID, on connection: PostgresConnection
    ) async throws {
        guard var order = lines[id]?.order else { throw OrderRepository.unknown }
        guard state.name == order.state.name || OrderStep.isAllowed(from: order.state, to: state) else {
            throw OrderRepository.wrongStep(order, to: state)
        }
        order.state = state
        order.venueID = venueID ?? order.venueID
        try await change(order, on: connection)
    }

    /// What `OrderRepository.record` does; the report's fills were given to `insert`.
    mutating func record(
        _ report: OrderReport, of id: StoredOrderID, on connection: PostgresConnection
    ) async throws {
        for fill in report.fills { try await book(fill, into: id, on: connection) }
        guard let order = lines[id]?.order else { throw OrderRepository.unknown }
        let state = OrderRepository.state(told: report, of: order)
        if OrderStep.isNews(state, after: order.state) {
            try await set(state, venueID: report.venueID, of: id, on: connection)
        } else if order.venueID == nil {
            try await set(order.state, venueID: report.venueID, of: id, on: connection)
        }
    }

    /// The database judges each step from what it has: one that does not follow from there is written after the one
    /// before it.
    private mutating func change(_ next: StoredOrder, on connection: PostgresConnection) async throws {
        guard let line = lines[next.id] else { throw OrderRepository.unknown }
        let isOneStep =
            next.state.name == line.stored.state.name || OrderStep.isAllowed(from: line.stored.state, to: next.state)
        if line.isChanged, !isOneStep { try await write(on: connection) }
        var order = next
        // A clock that was set back must not end an order before it began.
        order.updatedAt = max(time, line.order.updatedAt)
        order.endedAt = order.state.isTerminal ? line.order.endedAt ?? order.updatedAt : nil
        if let reason = order.state.reason, order.state != line.order.state { lines[next.id]?.reason = reason }
        lines[next.id]?.order = order
        lines[next.id]?.isChanged = true
        if let id = order.venueID { atVenue[VenueName(symbol: order.request.symbol, id: id)] = order.id }
    }

    // MARK: Writing

    /// Writes all changes down, with the lines of the journal that follow them.
    mutating func write(on connection: PostgresConnection) async throws {
        let changed = lines.values.filter(\.isChanged).sorted { $0.order.id < $1.order.id }
        guard !changed.isEmpty else { return }
        for start in stride(from: 0, to: changed.count, by: Self.mostRows) {
            let part = Array(changed[start..<min(start + Self.mostRows, changed.count)])
            // Totals that are written are compared with the sum of the fills at the commit.
            let filled = part.filter { $0.order.filledQuantity != $0.stored.filledQuantity }
            let others = part.filter { $0.order.filledQuantity == $0.stored.filledQuantity }
            for (rows, hasFills) in [(filled, true), (others, false)] where !rows.isEmpty {
                let written = try await connection.execute(update(rows, hasFills: hasFills))
                guard written == rows.count else { throw OrderRepository.unknown }
            }
            try await TradeJournal.follow(part.map(\.order), on: connection)
        }
        for line in changed { lines[line.order.id] = Line(order: line.order, stored: line.order) }
    }

    private func update(_ rows: [Line], hasFills: Bool) -> PostgresQuery {
        let orders = rows.map(\.order)
        let totals: PostgresQuery =
            hasFills ? "filled_quantity = n.quantity::numeric, filled_value = n.value::numeric, " : ""
        return """
            UPDATE orders o SET \(totals)state = n.state, venue_order_id = nullif(n.venue, ''),
                reason_en = CASE WHEN n.has_reason THEN n.english ELSE o.reason_en END,
                reason_fr = CASE WHEN n.has_reason THEN n.french ELSE o.reason_fr END,
                updated_at = n.updated, ended_at = nullif(n.ended, -1)
            FROM unnest(\(orders.map(\.id.number)), \(orders.map(\.state.name)),
                \(orders.map { $0.venueID?.text ?? "" }), \(rows.map { $0.reason != nil }),
                \(rows.map { $0.reason?.english ?? "" }), \(rows.map { $0.reason?.french ?? "" }),
                \(orders.map(\.filledQuantity.value.description)), \(orders.map(\.filledValue.value.description)),
                \(orders.map(\.updatedAt.milliseconds)), \(orders.map { $0.endedAt?.milliseconds ?? -1 }))
                AS n (id, state, venue, has_reason, english, french, quantity, value, updated, ended)
            WHERE o.id = n.id AND o.user_id = \(user.number)
            """
    }
}
