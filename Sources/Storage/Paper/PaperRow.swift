import Broker
import Market
import Postgres
import Trading
import Wording

/// How balances, orders and fills of paper accounts lie in their tables.
enum PaperRow {
    static let columns = PostgresQuery(
        stringLiteral: """
            o.number, o.client_order_id, o.symbol, o.side, o.kind, o.time_in_force, o.limit_price, o.trigger_price,
            o.quantity, o.quote_amount, o.sized_quantity, o.partner, o.is_pair_target, o.is_triggered, o.locked,
            o.status, o.reason_en, o.reason_fr, o.filled_quantity, o.filled_value, o.created_at, o.updated_at
            """)

    static func settings(_ row: PostgresRow) throws -> PaperAccountSettings {
        guard let fill = PaperMarketFill(rawValue: try row.text("market_fill")) else { throw OrderRow.damaged }
        return try PaperAccountSettings(
            fees: FeeRates(maker: try row.amount("maker_fee"), taker: try row.amount("taker_fee")),
            slippage: try row.amount("slippage"), marketFill: fill)
    }

    static func balance(_ row: PostgresRow) throws -> Balance {
        Balance(asset: try row.text("asset"), free: try row.amount("free"), locked: try row.amount("locked"))
    }

    static func order(_ row: PostgresRow) throws -> PaperOrder {
        guard let clientID = ClientOrderID(try row.text("client_order_id")),
            let side = Side(rawValue: try row.text("side"))
        else { throw OrderRow.damaged }
        let request = OrderRequest(
            clientID: clientID, symbol: try Symbol(try row.text("symbol")), side: side,
            instruction: try OrderRow.instruction(row), amount: try OrderRow.amount(row))
        var order = PaperOrder(
            number: try row.int64("number"), request: request, partner: try row.optionalInt64("partner"),
            isTarget: try row.bool("is_pair_target"), createdAt: try row.time("created_at"))
        order.quantity = Quantity(try row.amount("sized_quantity"))
        order.filledQuantity = Quantity(try row.amount("filled_quantity"))
        order.filledValue = Money(try row.amount("filled_value"))
        order.locked = try row.amount("locked")
        order.isTriggered = try row.bool("is_triggered")
        order.updatedAt = try row.time("updated_at")
        order.status = try status(row)
        return order
    }

    private static func status(_ row: PostgresRow) throws -> OrderStatus {
        switch (try row.text("status"), try row.optionalMessage("reason")) {
        case ("open", _): return .open
        case ("partially_filled", _): return .partiallyFilled
        case ("filled", _): return .filled
        case ("cancelled", _): return .cancelled
        case ("expired", _): return .expired
        case ("rejected", let reason?): return .rejected(reason)
        default: throw OrderRow.damaged
        }
    }

    static func fill(_ row: PostgresRow) throws -> FillReport {
        guard let side = Side(rawValue: try row.text("side")) else { throw OrderRow.damaged }
        return FillReport(
            id: FillID(String(try row.int64("number"))),
            venueOrderID: VenueOrderID(String(try row.int64("order_number"))),
            clientID: ClientOrderID(try row.text("client_order_id")), symbol: try Symbol(try row.text("symbol")),
            side: side, price: Price(try row.amount("price")), quantity: Quantity(try row.amount("quantity")),
            fee: Fee(amount: try row.amount("fee_amount"), asset: try row.text("fee_asset")),
            time: try row.time("filled_at"), isMaker: try row.bool("is_maker"))
    }

    // MARK: Writing

    static func write(_ order: PaperOrder, _ account: Int64) -> PostgresQuery {
        let request = order.request
        var reason: Message?
        if case .rejected(let message) = order.status { reason = message }
        return """
            INSERT INTO paper_orders AS o (account_id, number, client_order_id, symbol, side, kind, time_in_force,
                limit_price, trigger_price, quantity, quote_amount, sized_quantity, partner, is_pair_target,
                is_triggered, locked, status, reason_en, reason_fr, filled_quantity, filled_value, created_at,
                updated_at)
            VALUES (\(account), \(order.number), \(request.clientID.text), \(request.symbol.description),
                \(request.side.rawValue), \(request.instruction.name.rawValue),
                \(request.instruction.timeInForce?.rawValue), \(request.instruction.limitPrice?.value),
                \(request.instruction.triggerPrice?.value), \(request.amount.base?.value),
                \(request.amount.quote?.value), \(order.quantity.value), \(order.partner), \(order.isTarget),
                \(order.isTriggered), \(order.locked), \(order.status.name), \(reason?.english), \(reason?.french),
                \(order.filledQuantity.value), \(order.filledValue.value), \(order.createdAt.milliseconds),
                \(order.updatedAt.milliseconds))
            ON CONFLICT ON CONSTRAINT paper_orders_pkey DO UPDATE SET
                sized_quantity = excluded.sized_quantity, partner = excluded.partner,
                is_triggered = excluded.is_triggered, locked = excluded.locked, status = excluded.status,
                reason_en = excluded.reason_en, reason_fr = excluded.reason_fr,
                filled_quantity = excluded.filled_quantity, filled_value = excluded.filled_value,
                updated_at = excluded.updated_at
            """
    }

    static func write(_ fill: FillReport, _ account: Int64) -> PostgresQuery {
        // A paper account numbers its orders and fills itself.
        let number = Int64(fill.id.text) ?? 0
        let order = Int64(fill.venueOrderID.text) ?? 0
        return """
            INSERT INTO paper_fills (account_id, number, order_number, symbol, side, price, quantity, fee_amount,
                fee_asset, filled_at, is_maker)
            VALUES (\(account), \(number), \(order), \(fill.symbol.description), \(fill.side.rawValue),
                \(fill.price.value), \(fill.quantity.value), \(fill.fee.amount), \(fill.fee.asset),
                \(fill.time.milliseconds), \(fill.isMaker))
            """
    }

    static func write(_ balance: Balance, _ account: Int64) -> PostgresQuery {
        """
        INSERT INTO paper_balances (account_id, asset, free, locked)
        VALUES (\(account), \(balance.asset), \(balance.free), \(balance.locked))
        ON CONFLICT ON CONSTRAINT paper_balances_pkey DO UPDATE SET free = excluded.free, locked = excluded.locked
        """
    }
}
