import Broker
import Market
import Trading
import Wording

/// Orders in the venue's words, both ways.
enum OrderWire {
    // MARK: What is sent

    static func placing(_ order: OrderRequest, on market: VenueMarket) -> WireParameters {
        var parameters = WireParameters()
        parameters.add("symbol", market.spelling)
        parameters.add("side", side(order.side))
        parameters.add("type", type(order.instruction.name))
        switch order.instruction {
        case .market: break
        case .limit(let price, let time):
            parameters.add("timeInForce", timeInForce(time))
            parameters.add("price", price.value)
        case .postOnly(let price):
            parameters.add("price", price.value)
        case .stop(let trigger, let limit), .takeProfit(let trigger, let limit):
            if let limit {
                parameters.add("timeInForce", "GTC")
                parameters.add("price", limit.value)
            }
            parameters.add("stopPrice", trigger.value)
        }
        switch order.amount {
        case .base(let quantity): parameters.add("quantity", quantity.value)
        case .quote(let money): parameters.add("quoteOrderQty", money.value)
        }
        parameters.add("newClientOrderId", order.clientID.text)
        parameters.add("newOrderRespType", "FULL")
        return parameters
    }

    /// The target above and the stop below for a sale, the other way round for a purchase.
    static func placing(_ pair: OrderPairRequest, on market: VenueMarket) -> WireParameters {
        var parameters = WireParameters()
        parameters.add("symbol", market.spelling)
        parameters.add("side", side(pair.side))
        parameters.add("quantity", pair.quantity.value)
        let (target, stop) = pair.side == .sell ? ("above", "below") : ("below", "above")
        parameters.add("\(target)Type", "LIMIT_MAKER")
        parameters.add("\(target)Price", pair.target.value)
        parameters.add("\(target)ClientOrderId", pair.targetID.text)
        parameters.add("\(stop)Type", pair.stopLimit == nil ? "STOP_LOSS" : "STOP_LOSS_LIMIT")
        parameters.add("\(stop)StopPrice", pair.stop.value)
        if let limit = pair.stopLimit {
            parameters.add("\(stop)Price", limit.value)
            parameters.add("\(stop)TimeInForce", "GTC")
        }
        parameters.add("\(stop)ClientOrderId", pair.stopID.text)
        parameters.add("newOrderRespType", "FULL")
        return parameters
    }

    /// For asking about an order and for cancelling one.
    static func naming(
        _ reference: OrderReference, on market: VenueMarket
    ) throws(BrokerError) -> WireParameters {
        var parameters = WireParameters()
        parameters.add("symbol", market.spelling)
        switch reference {
        case .client(let id): parameters.add("origClientOrderId", id.text)
        case .venue(let id):
            guard let number = Int64(id.text), number >= 0 else {
                throw .rejected(
                    .unknownOrder,
                    Message(
                        "\(quotedForMessage(id.text)) is not an order of Binance: expected its number",
                        fr: "\(quotedForMessage(id.text)) n'est pas un ordre de Binance : attendu son numéro"))
            }
            parameters.add("orderId", number: number)
        }
        return parameters
    }

    static func side(_ side: Side) -> String { side == .buy ? "BUY" : "SELL" }

    static func timeInForce(_ time: TimeInForce) -> String {
        switch time {
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        }
    }

    static func type(_ kind: OrderKindName) -> String {
        switch kind {
        case .market: "MARKET"
        case .limit: "LIMIT"
        case .postOnly: "LIMIT_MAKER"
        case .stop: "STOP_LOSS"
        case .stopLimit: "STOP_LOSS_LIMIT"
        case .takeProfit: "TAKE_PROFIT"
        case .takeProfitLimit: "TAKE_PROFIT_LIMIT"
        }
    }

    // MARK: What is read

    static func side(_ text: String) throws(UnreadableReply) -> Side {
        switch text {
        case "BUY": return .buy
        case "SELL": return .sell
        default: throw UnreadableReply(field: "side", expected: "BUY or SELL")
        }
    }

    /// Whether an order of the type can have been placed from here.
    static func isOurs(type: String) -> Bool { types.contains(type) }

    private static let types = Set(OrderKindName.allCases.map(type))

    /// A type that is not among ours was placed elsewhere, and is unreadable.
    static func instruction(
        type: String, price: FixedDecimal, trigger: FixedDecimal, timeInForce: String?
    ) throws(UnreadableReply) -> OrderInstruction {
        switch type {
        case "MARKET": return .market
        case "LIMIT_MAKER": return .postOnly(Price(price))
        case "STOP_LOSS": return .stop(trigger: Price(trigger), limit: nil)
        case "STOP_LOSS_LIMIT": return .stop(trigger: Price(trigger), limit: Price(price))
        case "TAKE_PROFIT": return .takeProfit(trigger: Price(trigger), limit: nil)
        case "TAKE_PROFIT_LIMIT": return .takeProfit(trigger: Price(trigger), limit: Price(price))
        case "LIMIT":
            let time: TimeInForce =
                switch timeInForce {
                case "IOC": .immediateOrCancel
                case "FOK": .fillOrKill
                default: .goodTillCancelled
                }
            return .limit(Price(price), time)
        default: throw UnreadableReply(field: "type", expected: "an order type of spot")
        }
    }

    static func status(_ text: String, reason: String? = nil) throws(UnreadableReply) -> OrderStatus {
        switch text {
        case "NEW", "PENDING_NEW", "PENDING_CANCEL": return .open
        case "PARTIALLY_FILLED": return .partiallyFilled
        case "FILLED": return .filled
        case "CANCELED": return .cancelled
        case "EXPIRED", "EXPIRED_IN_MATCH": return .expired
        case "REJECTED":
            let why = reason.map { VenueFault.cleaned($0) } ?? ""
            return .rejected(
                Message(
                    "Binance refused the order" + (why.isEmpty ? "" : ": \(why)"),
                    fr: "Binance a refusé l'ordre" + (why.isEmpty ? "" : " : \(why)")))
        default: throw UnreadableReply(field: "status", expected: "an order status")
        }
    }
}
