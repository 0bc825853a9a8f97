import Market

/// Orders, fills and order lists as the venue writes them.
extension JSONWriter {
    /// How much of an accepted order its reply tells.
    enum OrderDetail: String {
        case acknowledgement = "ACK"
        case result = "RESULT"
        case full = "FULL"
    }

    mutating func field(_ name: StaticString, list id: OrderListID?) {
        field(name, id?.rawValue ?? -1)
    }

    mutating func placed(_ placed: PlacedOrder, in markets: [MarketDefinition], _ detail: OrderDetail) {
        let order = placed.order
        object { writer in
            writer.field("symbol", markets[order.market.rawValue].name)
            writer.field("orderId", order.id.rawValue)
            writer.field("orderListId", list: order.listID)
            writer.field("clientOrderId", order.clientOrderID)
            writer.field("transactTime", placed.transactTime)
            guard detail != .acknowledgement else { return }
            writer.resultFields(of: order)
            if detail == .full {
                writer.array("fills") { writer in
                    for fill in placed.fills { writer.fill(fill) }
                }
            }
            writer.conditionalFields(of: order)
        }
    }

    private mutating func fill(_ fill: OrderFill) {
        object { writer in
            writer.field("price", fill.price)
            writer.field("qty", fill.quantity)
            writer.field("commission", fill.commission)
            writer.field("commissionAsset", fill.commissionAsset.name)
            writer.field("tradeId", fill.tradeID.rawValue)
        }
    }

    /// From the price to the mode of self-trade prevention, as every reply about an order has them.
    private mutating func resultFields(of order: ExchangeOrder) {
        field("price", order.price)
        field("origQty", order.quantity)
        field("executedQty", order.executedQuantity)
        field("origQuoteOrderQty", order.quoteOrderQuantity)
        field("cummulativeQuoteQty", order.executedQuote)
        field("status", order.status.rawValue)
        field("timeInForce", order.timeInForce.rawValue)
        field("type", order.kind.rawValue)
        field("side", order.side.wireName)
        if let time = order.workingTime { field("workingTime", time) } else { field("workingTime", -1) }
        field("selfTradePreventionMode", order.selfTradePrevention.rawValue)
    }

    private mutating func conditionalFields(of order: ExchangeOrder) {
        if order.icebergQuantity.isPositive { field("icebergQty", order.icebergQuantity) }
        if order.stopPrice.isPositive { field("stopPrice", order.stopPrice) }
        if let delta = order.trailingDelta { field("trailingDelta", delta) }
        if let time = order.trailingTime { field("trailingTime", time) }
        if let id = order.strategyID { field("strategyId", id) }
        if let type = order.strategyType { field("strategyType", type) }
        if let id = order.preventedMatchID {
            field("preventedMatchId", id)
            field("preventedQuantity", order.preventedQuantity)
        }
        if let reason = order.expiryReason { field("expiryReason", reason.rawValue) }
    }

    /// An order as the queries answer it.
    mutating func order(_ order: ExchangeOrder, in markets: [MarketDefinition]) {
        object { writer in
            writer.field("symbol", markets[order.market.rawValue].name)
            writer.field("orderId", order.id.rawValue)
            writer.field("orderListId", list: order.listID)
            writer.field("clientOrderId", order.clientOrderID)
            writer.field("price", order.price)
            writer.field("origQty", order.quantity)
            writer.field("executedQty", order.executedQuantity)
            writer.field("cummulativeQuoteQty", order.executedQuote)
            writer.field("status", order.status.rawValue)
            writer.field("timeInForce", order.timeInForce.rawValue)
            writer.field("type", order.kind.rawValue)
            writer.field("side", order.side.wireName)
            writer.field("stopPrice", order.stopPrice)
            writer.field("icebergQty", order.icebergQuantity)
            writer.field("time", order.time)
            writer.field("updateTime", order.updateTime)
            writer.field("isWorking", order.isWorking)
            if let time = order.workingTime {
                writer.field("workingTime", time)
            } else {
                writer.field("workingTime", -1)
            }
            writer.field("origQuoteOrderQty", order.quoteOrderQuantity)
            writer.field("selfTradePreventionMode", order.selfTradePrevention.rawValue)
            if let delta = order.trailingDelta { writer.field("trailingDelta", delta) }
            if let time = order.trailingTime { writer.field("trailingTime", time) }
            if let id = order.strategyID { writer.field("strategyId", id) }
            if let type = order.strategyType { writer.field("strategyType", type) }
            if let id = order.preventedMatchID {
                writer.field("preventedMatchId", id)
                writer.field("preventedQuantity", order.preventedQuantity)
            }
            if let reason = order.expiryReason { writer.field("expiryReason", reason.rawValue) }
        }
    }

    /// One of the orders that were placed with a list.
    mutating func report(_ order: ExchangeOrder, in markets: [MarketDefinition], at time: Timestamp) {
        object { writer in
            writer.field("symbol", markets[order.market.rawValue].name)
            writer.field("orderId", order.id.rawValue)
            writer.field("orderListId", list: order.listID)
            writer.field("clientOrderId", order.clientOrderID)
            writer.field("transactTime", time)
            writer.resultFields(of: order)
            writer.conditionalFields(of: order)
        }
    }

    mutating func canceled(_ canceled: CanceledOrder, in markets: [MarketDefinition]) {
        let order = canceled.order
        object { writer in
            writer.field("symbol", markets[order.market.rawValue].name)
            writer.field("origClientOrderId", order.clientOrderID)
            writer.field("orderId", order.id.rawValue)
            writer.field("orderListId", list: order.listID)
            writer.field("clientOrderId", canceled.cancelClientOrderID)
            writer.field("transactTime", canceled.transactTime)
            writer.field("price", order.price)
            writer.field("origQty", order.quantity)
            writer.field("executedQty", order.executedQuantity)
            writer.field("origQuoteOrderQty", order.quoteOrderQuantity)
            writer.field("cummulativeQuoteQty", order.executedQuote)
            writer.field("status", order.status.rawValue)
            writer.field("timeInForce", order.timeInForce.rawValue)
            writer.field("type", order.kind.rawValue)
            writer.field("side", order.side.wireName)
            writer.field("selfTradePreventionMode", order.selfTradePrevention.rawValue)
            writer.conditionalFields(of: order)
        }
    }

    mutating func canceled(_ result: CancelResult, in markets: [MarketDefinition]) {
        switch result {
        case .order(let canceled): self.canceled(canceled, in: markets)
        case .list(let list, let orders): orderList(list, canceled: orders, in: markets)
        }
    }

    mutating func orderList(_ list: OrderListState, canceled: [CanceledOrder], in markets: [MarketDefinition]) {
        object { writer in
            writer.listFields(of: list, at: list.updateTime, in: markets)
            writer.array("orderReports") { writer in
                for order in canceled { writer.canceled(order, in: markets) }
            }
        }
    }

    mutating func placed(_ placed: PlacedOrderList, in markets: [MarketDefinition], _ detail: OrderDetail) {
        object { writer in
            writer.listFields(of: placed.list, at: placed.transactTime, in: markets)
            writer.array("orderReports") { writer in
                for order in placed.orders {
                    if detail == .acknowledgement {
                        writer.placed(
                            PlacedOrder(
                                order: order, fills: [], preventedMatches: [], transactTime: placed.transactTime),
                            in: markets, .acknowledgement)
                    } else {
                        writer.report(order, in: markets, at: placed.transactTime)
                    }
                }
            }
        }
    }

    /// A list as the queries answer it, without its orders' states.
    mutating func orderList(_ list: OrderListState, in markets: [MarketDefinition]) {
        object { $0.listFields(of: list, at: list.time, in: markets) }
    }

    private mutating func listFields(of list: OrderListState, at time: Timestamp, in markets: [MarketDefinition]) {
        let symbol = markets[list.market.rawValue].name
        field("orderListId", list.id.rawValue)
        field("contingencyType", list.contingency.rawValue)
        field("listStatusType", list.progress.rawValue)
        field("listOrderStatus", list.status.rawValue)
        field("listClientOrderId", list.clientOrderID)
        field("transactionTime", time)
        field("symbol", symbol)
        array("orders") { writer in
            for member in list.members {
                writer.object { writer in
                    writer.field("symbol", symbol)
                    writer.field("orderId", member.orderID.rawValue)
                    writer.field("clientOrderId", member.clientOrderID)
                }
            }
        }
    }

    mutating func amended(_ amended: AmendedOrder, in markets: [MarketDefinition]) {
        let order = amended.order
        object { writer in
            writer.field("transactTime", amended.transactTime)
            writer.field("executionId", amended.executionID)
            writer.object("amendedOrder") { writer in
                writer.field("symbol", markets[order.market.rawValue].name)
                writer.field("orderId", order.id.rawValue)
                writer.field("orderListId", list: order.listID)
                writer.field("origClientOrderId", amended.originalClientOrderID)
                writer.field("clientOrderId", order.clientOrderID)
                writer.field("price", order.price)
                writer.field("qty", order.quantity)
                writer.field("executedQty", order.executedQuantity)
                writer.field("preventedQty", order.preventedQuantity)
                writer.field("quoteOrderQty", order.quoteOrderQuantity)
                writer.field("cumulativeQuoteQty", order.executedQuote)
                writer.field("status", order.status.rawValue)
                writer.field("timeInForce", order.timeInForce.rawValue)
                writer.field("type", order.kind.rawValue)
                writer.field("side", order.side.wireName)
                writer.field("workingTime", order.workingTime?.milliseconds ?? -1)
                writer.field("selfTradePreventionMode", order.selfTradePrevention.rawValue)
            }
            if let list = amended.list {
                writer.key("listStatus")
                writer.orderList(list, in: markets)
            }
        }
    }
}

extension Side {
    var wireName: String {
        switch self {
        case .buy: "BUY"
        case .sell: "SELL"
        }
    }

    init?(wireName: String) {
        switch wireName {
        case "BUY": self = .buy
        case "SELL": self = .sell
        default: return nil
        }
    }
}
