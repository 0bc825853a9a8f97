import Market

/// What an account holds, has ordered and has traded.
extension Venue {
    func account(_ call: inout RequestCall) throws(VenueRefusal) {
        let id = try call.account()
        let omitsZero = try call.parameters.flag("omitZeroBalances") ?? false
        try call.finishReading()
        guard let state = core.accountState(id) else { throw .badKey }
        let settings = state.settings
        call.writer.object { writer in
            writer.field("makerCommission", Self.basisPoints(settings.commission.maker))
            writer.field("takerCommission", Self.basisPoints(settings.commission.taker))
            writer.field("buyerCommission", 0)
            writer.field("sellerCommission", 0)
            writer.object("commissionRates") { $0.rates(settings.commission) }
            writer.field("canTrade", settings.canTrade)
            writer.field("canWithdraw", settings.canWithdraw)
            writer.field("canDeposit", settings.canDeposit)
            writer.field("brokered", false)
            writer.field("requireSelfTradePrevention", false)
            writer.field("preventSor", false)
            writer.field("updateTime", state.updateTime)
            writer.field("accountType", settings.accountType)
            writer.array("balances") { writer in
                for balance in state.balances where !omitsZero || !balance.total.isZero {
                    writer.object { writer in
                        writer.field("asset", balance.asset.name)
                        writer.field("free", balance.free)
                        writer.field("locked", balance.locked)
                    }
                }
            }
            writer.array("permissions") { writer in settings.permissions.forEach { writer.value($0) } }
            writer.field("uid", id.rawValue)
        }
    }

    private static func basisPoints(_ rate: FixedDecimal) -> Int64 {
        Int64(clamping: rate.units / (FixedDecimal.unitsPerOne / 10_000))
    }

    func order(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let reference = try call.orderReference()
        try call.finishReading()
        let order = try carryOut { () throws(ExchangeRefusal) in
            try core.order(reference, market: market, account: account)
        }
        call.writer.order(order, in: core.markets)
    }

    func openOrders(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = call.parameters.isSent("symbol") ? try market(&call) : nil
        try call.finishReading()
        let orders = try carryOut { () throws(ExchangeRefusal) in
            try core.openOrders(market: market, account: account)
        }
        write(orders, to: &call.writer)
    }

    func allOrders(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        var query = OrderHistoryQuery(market: try market(&call))
        query.from = try call.parameters.integer("orderId").map { OrderID($0) }
        query.start = try call.parameters.time("startTime")
        query.end = try call.parameters.time("endTime")
        query.limit = try call.parameters.limit(normal: 500, most: 1000)
        try call.finishReading()
        let orders = try carryOut { () throws(ExchangeRefusal) in try core.allOrders(query, account: account) }
        write(orders, to: &call.writer)
    }

    private func write(_ orders: [ExchangeOrder], to writer: inout JSONWriter) {
        let markets = core.markets
        writer.array { writer in
            for order in orders { writer.order(order, in: markets) }
        }
    }

    func myTrades(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        var query = TradeHistoryQuery(market: try market(&call))
        query.order = try call.parameters.integer("orderId").map { OrderID($0) }
        query.from = try call.parameters.integer("fromId").map { TradeID($0) }
        query.start = try call.parameters.time("startTime")
        query.end = try call.parameters.time("endTime")
        query.limit = try call.parameters.limit(normal: 500, most: 1000)
        try call.finishReading()
        let trades = try carryOut { () throws(ExchangeRefusal) in try core.trades(query, account: account) }
        let markets = core.markets
        call.writer.array { writer in
            for trade in trades { writer.trade(trade, in: markets) }
        }
    }

    func orderRateLimits(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        try call.finishReading()
        let used = orderCounts(of: account, at: call.now)
        call.writer.array { writer in
            writer.rateLimit("ORDERS", "SECOND", 10, limits.ordersPerTenSeconds, used: used.tenSeconds)
            writer.rateLimit("ORDERS", "DAY", 1, limits.ordersPerDay, used: used.day)
        }
    }

    func commission(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        try call.finishReading()
        let rates = core.accountState(account)?.settings.commission ?? .usual
        let none = CommissionRates(maker: .zero, taker: .zero)
        let name = core.markets[market.rawValue].name
        call.writer.object { writer in
            writer.field("symbol", name)
            writer.object("standardCommission") { $0.rates(rates) }
            writer.object("specialCommission") { $0.rates(none) }
            writer.object("taxCommission") { $0.rates(none) }
            writer.discount()
        }
    }

    func amendments(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        guard let order = try call.parameters.integer("orderId") else { throw .missing("orderId") }
        let from = try call.parameters.integer("fromExecutionId")
        let limit = try call.parameters.limit(normal: 500, most: 1000)
        try call.finishReading()
        let name = core.markets[market.rawValue].name
        let amendments = try carryOut { () throws(ExchangeRefusal) in
            try core.amendments(market: market, order: OrderID(order), from: from, limit: limit, account: account)
        }
        call.writer.array { writer in
            for amendment in amendments {
                writer.object { writer in
                    writer.field("symbol", name)
                    writer.field("orderId", amendment.orderID.rawValue)
                    writer.field("executionId", amendment.executionID)
                    writer.field("origClientOrderId", amendment.originalClientOrderID)
                    writer.field("newClientOrderId", amendment.newClientOrderID)
                    writer.field("origQty", amendment.originalQuantity)
                    writer.field("newQty", amendment.newQuantity)
                    writer.field("time", amendment.time)
                }
            }
        }
    }

    func preventedMatches(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let id = try call.parameters.integer("preventedMatchId")
        let order = try call.parameters.integer("orderId")
        let from = try call.parameters.integer("fromPreventedMatchId")
        let limit = try call.parameters.limit(normal: 500, most: 1000)
        try call.finishReading()
        guard id != nil || order != nil else { throw .missing("orderId") }
        let name = core.markets[market.rawValue].name
        let matches = try carryOut { () throws(ExchangeRefusal) in
            try core.preventedMatches(
                market: market, order: order.map { OrderID($0) }, from: id ?? from, limit: limit, account: account)
        }
        call.writer.array { writer in
            for match in matches where id == nil || match.id == id {
                writer.object { writer in
                    writer.field("symbol", name)
                    writer.field("preventedMatchId", match.id)
                    writer.field("takerOrderId", match.takerOrderID.rawValue)
                    writer.field("makerSymbol", name)
                    writer.field("makerOrderId", match.makerOrderID.rawValue)
                    writer.field("tradeGroupId", account.rawValue)
                    writer.field("selfTradePreventionMode", match.mode.rawValue)
                    writer.field("price", match.price)
                    if let quantity = match.takerQuantity { writer.field("takerPreventedQuantity", quantity) }
                    if let quantity = match.makerQuantity { writer.field("makerPreventedQuantity", quantity) }
                    writer.field("transactTime", match.time)
                }
            }
        }
    }

    /// Allocations come from smart order routing, which this venue does not do.
    func allocations(_ call: inout RequestCall) throws(VenueRefusal) {
        _ = try market(&call)
        call.parameters.ignore("startTime", "endTime", "fromAllocationId", "limit", "orderId")
        try call.finishReading()
        call.writer.array { _ in }
    }
}

extension JSONWriter {
    fileprivate mutating func rates(_ rates: CommissionRates) {
        field("maker", rates.maker)
        field("taker", rates.taker)
        field("buyer", FixedDecimal.zero)
        field("seller", FixedDecimal.zero)
    }

    fileprivate mutating func trade(_ trade: AccountTrade, in markets: [MarketDefinition]) {
        object { writer in
            writer.field("symbol", markets[trade.market.rawValue].name)
            writer.field("id", trade.id.rawValue)
            writer.field("orderId", trade.orderID.rawValue)
            writer.field("orderListId", list: trade.listID)
            writer.field("price", trade.price)
            writer.field("qty", trade.quantity)
            writer.field("quoteQty", trade.quoteQuantity)
            writer.field("commission", trade.commission)
            writer.field("commissionAsset", trade.commissionAsset.name)
            writer.field("time", trade.time)
            writer.field("isBuyer", trade.isBuyer)
            writer.field("isMaker", trade.isMaker)
            writer.field("isBestMatch", true)
        }
    }
}
