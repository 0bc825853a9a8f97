import Broker
import Market
import Postgres
import Trading
import Wording

/// How an order lies in the table `orders`.
enum OrderRow {
    static let columns = PostgresQuery(
        stringLiteral: """
            o.id, o.user_id, o.broker_id, o.origin, o.active_strategy_id, o.webhook_call_id, o.client_order_id,
            o.venue_order_id, o.symbol, o.side, o.kind, o.time_in_force, o.limit_price, o.trigger_price, o.quantity,
            o.quote_amount, o.state, o.reason_en, o.reason_fr, o.filled_quantity, o.filled_value, o.created_at,
            o.updated_at, o.ended_at
            """)

    static func order(_ row: PostgresRow) throws -> StoredOrder {
        guard let clientID = ClientOrderID(try row.text("client_order_id")),
            let side = Side(rawValue: try row.text("side")),
            let state = OrderState(name: try row.text("state"), reason: try row.optionalMessage("reason"))
        else { throw damaged }
        let request = OrderRequest(
            clientID: clientID, symbol: try Symbol(try row.text("symbol")), side: side,
            instruction: try instruction(row), amount: try amount(row))
        return StoredOrder(
            id: StoredOrderID(try row.int64("id")), user: UserID(try row.int64("user_id")),
            broker: BrokerID(try row.int64("broker_id")), origin: try origin(row), request: request,
            venueID: try row.optionalText("venue_order_id").map(VenueOrderID.init), state: state,
            filledQuantity: Quantity(try row.amount("filled_quantity")),
            filledValue: Money(try row.amount("filled_value")), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"), endedAt: try row.optionalTime("ended_at"))
    }

    static func origin(_ row: PostgresRow) throws -> OrderOrigin {
        if let id = try row.optionalInt64("active_strategy_id") { return .strategy(ActiveStrategyID(id)) }
        if let id = try row.optionalInt64("webhook_call_id") { return .webhook(WebhookCallID(id)) }
        return .manual
    }

    static func amount(_ row: PostgresRow) throws -> OrderAmount {
        if let quantity = try row.optionalAmount("quantity") { return .base(Quantity(quantity)) }
        if let value = try row.optionalAmount("quote_amount") { return .quote(Money(value)) }
        throw damaged
    }

    static func instruction(_ row: PostgresRow) throws -> OrderInstruction {
        let limit = try row.optionalAmount("limit_price").map(Price.init)
        let trigger = try row.optionalAmount("trigger_price").map(Price.init)
        let time = try row.optionalText("time_in_force").flatMap(TimeInForce.init)
        switch (OrderKindName(rawValue: try row.text("kind")), limit, trigger, time) {
        case (.market, _, _, _): return .market
        case (.limit, let limit?, _, let time?): return .limit(limit, time)
        case (.postOnly, let limit?, _, _): return .postOnly(limit)
        case (.stop, _, let trigger?, _), (.stopLimit, _, let trigger?, _): return .stop(trigger: trigger, limit: limit)
        case (.takeProfit, _, let trigger?, _), (.takeProfitLimit, _, let trigger?, _):
            return .takeProfit(trigger: trigger, limit: limit)
        default: throw damaged
        }
    }

    static let damaged = StorageError.damaged(
        Message(
            "a stored order cannot be read: a newer program may have written it",
            fr: "un ordre gardé est illisible : un programme plus récent l'a peut-être écrit"))
}

extension OrderInstruction {
    var limitPrice: Price? {
        switch self {
        case .market: nil
        case .limit(let price, _), .postOnly(let price): price
        case .stop(_, let limit), .takeProfit(_, let limit): limit
        }
    }

    var triggerPrice: Price? {
        switch self {
        case .market, .limit, .postOnly: nil
        case .stop(let trigger, _), .takeProfit(let trigger, _): trigger
        }
    }

    var timeInForce: TimeInForce? {
        if case .limit(_, let time) = self { time } else { nil }
    }
}

extension OrderAmount {
    var base: Quantity? {
        if case .base(let quantity) = self { quantity } else { nil }
    }

    var quote: Money? {
        if case .quote(let value) = self { value } else { nil }
    }
}
