import Broker
import Market
import Postgres
import Trading
import Wording

/// The journal of all orders and attempts at orders, failures included. The lines of orders follow by themselves, in
/// the transactions that change the orders.
public struct TradeJournal: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// Writes down an attempt that failed before there was an order.
    @discardableResult
    public func addFailure(
        _ user: UserID, _ broker: BrokerID, origin: OrderOrigin, symbol: Symbol, side: Side, kind: OrderKindName,
        quantity: Quantity?, price: Price? = nil, reason: Message
    ) async throws -> TradeID {
        do {
            let rows = try await pool.query(
                """
                INSERT INTO trades (user_id, broker_id, trade_type, active_strategy_id, webhook_call_id, symbol, side,
                    order_type, quantity, price, status, error_en, error_fr, created_at)
                VALUES (\(user.number), \(broker.number), \(origin.name), \(origin.activeStrategy),
                    \(origin.webhookCall), \(symbol.description), \(side.rawValue), \(kind.rawValue),
                    \(quantity?.value), \(price?.value), 'failed', \(reason.english), \(reason.french),
                    \(now().milliseconds))
                RETURNING id
                """)
            return TradeID(try rows[0].int64("id"))
        } catch PostgresError.foreignKeyViolation {
            throw BrokerRepository.unknown
        }
    }

    /// Notes what a trade brought.
    public func setProfit(_ profit: Money, _ user: UserID, _ order: StoredOrderID) async throws {
        let changed = try await pool.execute(
            """
            UPDATE trades SET profit_loss = \(profit.value)
            WHERE user_id = \(user.number) AND order_id = \(order.number)
            """)
        guard changed == 1 else { throw OrderRepository.unknown }
    }

    /// The newest lines first, those before `before` where it is given.
    public func list(
        _ user: UserID, broker: BrokerID? = nil, symbol: Symbol? = nil, before: TradeID? = nil, limit: Int = 100
    ) async throws -> [JournalTrade] {
        try await pool.query(
            """
            SELECT * FROM trades
            WHERE user_id = \(user.number) AND broker_id = coalesce(\(broker?.number), broker_id)
                AND symbol = coalesce(\(symbol?.description), symbol)
                AND id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.trade)
    }
}

extension TradeJournal {
    /// Begins the line of an order.
    static func open(_ order: StoredOrder, on connection: PostgresConnection) async throws {
        let request = order.request
        try await connection.execute(
            """
            INSERT INTO trades (user_id, broker_id, trade_type, active_strategy_id, webhook_call_id, order_id, symbol,
                side, order_type, quantity, price, created_at)
            VALUES (\(order.user.number), \(order.broker.number), \(order.origin.name), \(order.origin.activeStrategy),
                \(order.origin.webhookCall), \(order.id.number), \(request.symbol.description),
                \(request.side.rawValue), \(request.instruction.name.rawValue), \(request.amount.base?.value),
                \((request.instruction.limitPrice ?? request.instruction.triggerPrice)?.value),
                \(order.createdAt.milliseconds))
            """)
    }

    /// Brings the lines of orders up to them, at most `OrderSheet.mostRows`; fees are summed anew, so that nothing is
    /// counted twice.
    static func follow(_ orders: [StoredOrder], on connection: PostgresConnection) async throws {
        guard let user = orders.first?.user else { return }
        let means = try orders.map { order in
            order.filledQuantity.value.isZero
                ? ""
                : try order.filledValue.value.divided(by: order.filledQuantity.value, rounding: .nearest).description
        }
        let errors = orders.map { status($0) == .failed ? $0.state.reason : nil }
        try await connection.execute(
            """
            UPDATE trades t SET status = n.status, filled_quantity = n.quantity::numeric,
                filled_price = nullif(n.price, '')::numeric, total_value = n.value::numeric,
                error_en = CASE WHEN n.has_error THEN n.english END, error_fr = CASE WHEN n.has_error THEN n.french END,
                fees = (
                    SELECT coalesce(jsonb_object_agg(fee_asset, total), '{}') FROM (
                        SELECT fee_asset, sum(fee_amount)::text AS total FROM fills
                        WHERE order_id = n.id GROUP BY fee_asset) AS by_asset),
                executed_at = (SELECT max(filled_at) FROM fills WHERE order_id = n.id)
            FROM unnest(\(orders.map(\.id.number)), \(orders.map { status($0).rawValue }),
                \(orders.map(\.filledQuantity.value.description)), \(means),
                \(orders.map(\.filledValue.value.description)), \(errors.map { $0 != nil }),
                \(errors.map { $0?.english ?? "" }), \(errors.map { $0?.french ?? "" }))
                AS n (id, status, quantity, price, value, has_error, english, french)
            WHERE t.user_id = \(user.number) AND t.order_id = n.id
            """)
    }

    private static func status(_ order: StoredOrder) -> JournalTrade.Status {
        switch order.state {
        case .pendingNew, .open, .partiallyFilled, .cancelInFlight: .pending
        case .filled: .filled
        case .cancelled, .expired: .cancelled
        case .rejected: .failed
        }
    }

    private static func trade(_ row: PostgresRow) throws -> JournalTrade {
        guard let side = Side(rawValue: try row.text("side")),
            let kind = OrderKindName(rawValue: try row.text("order_type")),
            let status = JournalTrade.Status(rawValue: try row.text("status"))
        else { throw OrderRow.damaged }
        let fees = try JSONText.decode([String: String].self, try row.text("fees"))
        return JournalTrade(
            id: TradeID(try row.int64("id")), user: UserID(try row.int64("user_id")),
            broker: BrokerID(try row.int64("broker_id")), origin: try OrderRow.origin(row),
            order: try row.optionalInt64("order_id").map(StoredOrderID.init),
            symbol: try Symbol(try row.text("symbol")), side: side, kind: kind,
            quantity: try row.optionalAmount("quantity").map(Quantity.init),
            price: try row.optionalAmount("price").map(Price.init), status: status,
            filledQuantity: Quantity(try row.amount("filled_quantity")),
            filledPrice: try row.optionalAmount("filled_price").map(Price.init),
            filledValue: try row.optionalAmount("total_value").map(Money.init),
            fees: fees.compactMapValues { FixedDecimal($0) },
            profit: try row.optionalAmount("profit_loss").map(Money.init),
            error: try row.optionalMessage("error"), createdAt: try row.time("created_at"),
            executedAt: try row.optionalTime("executed_at"))
    }
}
