import Market

/// Order lists: OCO in its new and old form, OTO and OTOCO.
extension Venue {
    func placeOCO(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        let side = try call.side()
        let quantity = try call.parameters.requiredDecimal("quantity")
        let mode = try call.selfTradePrevention()
        var above = try call.leg("above", in: market, side: side, quantity: quantity)
        var below = try call.leg("below", in: market, side: side, quantity: quantity)
        above.selfTradePrevention = mode
        below.selfTradePrevention = mode
        try place(.oco(above: above, below: below), &call)
    }

    func placeOldOCO(_ call: inout RequestCall) throws(VenueRefusal) {
        var old = NewOrderList.OldForm(
            market: try market(&call), side: try call.side(), quantity: try call.parameters.requiredDecimal("quantity"),
            price: try call.parameters.requiredDecimal("price"),
            stopPrice: try call.parameters.requiredDecimal("stopPrice"))
        old.stopLimitPrice = try call.parameters.decimal("stopLimitPrice")
        old.stopLimitTimeInForce = try call.timeInForce("stopLimitTimeInForce")
        old.trailingDelta = try call.whole("trailingDelta")
        old.limitClientOrderID = try call.parameters.clientID("limitClientOrderId")
        old.stopClientOrderID = try call.parameters.clientID("stopClientOrderId")
        old.selfTradePrevention = try call.selfTradePrevention()
        try place(NewOrderList(old), &call)
    }

    func placeOTO(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        let working = try working(&call, in: market)
        let side = try call.side("pendingSide")
        let quantity = try call.parameters.requiredDecimal("pendingQuantity")
        var pending = try call.leg("pending", in: market, side: side, quantity: quantity)
        pending.selfTradePrevention = working.selfTradePrevention
        try place(.oto(working: working, pending: pending), &call)
    }

    func placeOTOCO(_ call: inout RequestCall) throws(VenueRefusal) {
        let market = try market(&call)
        let working = try working(&call, in: market)
        let side = try call.side("pendingSide")
        let quantity = try call.parameters.requiredDecimal("pendingQuantity")
        var above = try call.leg("pendingAbove", in: market, side: side, quantity: quantity)
        var below = try call.leg("pendingBelow", in: market, side: side, quantity: quantity)
        above.selfTradePrevention = working.selfTradePrevention
        below.selfTradePrevention = working.selfTradePrevention
        try place(.otoco(working: working, pendingAbove: above, pendingBelow: below), &call)
    }

    private func working(_ call: inout RequestCall, in market: MarketID) throws(VenueRefusal) -> NewOrder {
        let side = try call.side("workingSide")
        let quantity = try call.parameters.requiredDecimal("workingQuantity")
        var working = try call.leg("working", in: market, side: side, quantity: quantity)
        working.selfTradePrevention = try call.selfTradePrevention()
        return working
    }

    private func place(_ list: NewOrderList, _ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let listID = try call.parameters.clientID("listClientOrderId")
        let detail = try call.parameters.optional("newOrderRespType")
        try call.finishReading()
        let placed = try carryOut { () throws(ExchangeRefusal) in
            try core.placeList(list, clientOrderID: listID, account: account, now: core.now)
        }
        call.writer.placed(placed, in: core.markets, detail.flatMap(JSONWriter.OrderDetail.init) ?? .result)
    }

    func cancelList(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let (id, name) = try listReference(&call, client: "listClientOrderId")
        let cancelID = try call.parameters.clientID("newClientOrderId")
        try call.finishReading()
        let (list, orders) = try carryOut { () throws(ExchangeRefusal) in
            try core.cancelList(
                id: id, clientOrderID: name, market: market, account: account, cancelClientOrderID: cancelID,
                now: core.now)
        }
        call.writer.orderList(list, canceled: orders, in: core.markets)
    }

    func orderList(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let (id, name) = try listReference(&call, client: "origClientOrderId")
        try call.finishReading()
        let list = try carryOut { () throws(ExchangeRefusal) in
            try core.orderList(id: id, clientOrderID: name, account: account)
        }
        call.writer.orderList(list, in: core.markets)
    }

    private func listReference(
        _ call: inout RequestCall, client: String
    ) throws(VenueRefusal) -> (OrderListID?, String?) {
        let id = try call.parameters.integer("orderListId")
        let name = try call.parameters.clientID(client)
        guard id != nil || name != nil else {
            throw VenueRefusal(
                -1102, "Param '\(client)' or 'orderListId' must be sent, but both were empty/null!")
        }
        return (id.map { OrderListID($0) }, name)
    }

    func allOrderLists(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        var query = OrderListHistoryQuery()
        query.from = try call.parameters.integer("fromId").map { OrderListID($0) }
        query.start = try call.parameters.time("startTime")
        query.end = try call.parameters.time("endTime")
        query.limit = try call.parameters.limit(normal: 500, most: 1000)
        try call.finishReading()
        let lists = try carryOut { () throws(ExchangeRefusal) in try core.allOrderLists(query, account: account) }
        let markets = core.markets
        call.writer.array { writer in
            for list in lists { writer.orderList(list, in: markets) }
        }
    }

    func openOrderLists(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        try call.finishReading()
        let lists = try carryOut { () throws(ExchangeRefusal) in try core.openOrderLists(account: account) }
        let markets = core.markets
        call.writer.array { writer in
            for list in lists { writer.orderList(list, in: markets) }
        }
    }
}
