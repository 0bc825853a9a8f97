import Market

/// Placing, canceling, replacing and amending.
extension Venue {
    /// Runs a call of the exchange; its refusal is the answer, as 400.
    func carryOut<Result>(_ body: () throws(ExchangeRefusal) -> Result) throws(VenueRefusal) -> Result {
        do throws(ExchangeRefusal) {
            return try body()
        } catch {
            throw VenueRefusal(error.code, error.text)
        }
    }

    func placeOrder(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let order = try call.newOrder(in: market)
        let detail = try call.detail(for: order.kind)
        try call.finishReading()
        let placed = try carryOut { () throws(ExchangeRefusal) in
            try core.place(order, account: account, now: core.now)
        }
        call.writer.placed(placed, in: core.markets, detail)
    }

    func testOrder(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let order = try call.newOrder(in: market)
        _ = try call.detail(for: order.kind)
        let showsRates = try call.parameters.flag("computeCommissionRates") ?? false
        try call.finishReading()
        try carryOut { () throws(ExchangeRefusal) in try core.check(order, account: account, now: core.now) }
        let rates = core.accountState(account)?.settings.commission ?? .usual
        call.writer.object { writer in
            guard showsRates else { return }
            writer.object("standardCommissionForOrder") { writer in
                writer.field("maker", rates.maker)
                writer.field("taker", rates.taker)
            }
            for name: StaticString in ["specialCommissionForOrder", "taxCommissionForOrder"] {
                writer.object(name) { writer in
                    writer.field("maker", FixedDecimal.zero)
                    writer.field("taker", FixedDecimal.zero)
                }
            }
            writer.discount()
        }
    }

    func cancelOrder(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let order = try call.orderReference()
        let cancelID = try call.parameters.clientID("newClientOrderId")
        let restriction = try call.cancelRestriction()
        try call.finishReading()
        let result = try carryOut { () throws(ExchangeRefusal) in
            try core.cancel(
                order, market: market, account: account, cancelClientOrderID: cancelID, restriction: restriction,
                now: core.now)
        }
        // Of a list that went with its leg, the reply tells the leg that was named.
        if case .list(_, let orders) = result,
            let leg = orders.first(where: { $0.order.id == order.id || $0.order.clientOrderID == order.clientOrderID })
        {
            call.writer.canceled(leg, in: core.markets)
        } else {
            call.writer.canceled(result, in: core.markets)
        }
    }

    func cancelAllOrders(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        try call.finishReading()
        let results = try carryOut { () throws(ExchangeRefusal) in
            try core.cancelAll(market: market, account: account, now: core.now)
        }
        let markets = core.markets
        call.writer.array { writer in
            for result in results { writer.canceled(result, in: markets) }
        }
    }

    func cancelReplaceOrder(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        guard let mode = ReplacedOrder.Mode(rawValue: try call.parameters.required("cancelReplaceMode")) else {
            throw VenueRefusal(-1123, "Invalid cancelReplaceMode.")
        }
        let order = try call.orderReference(id: "cancelOrderId", client: "cancelOrigClientOrderId")
        let cancelID = try call.parameters.clientID("cancelNewClientOrderId")
        let restriction = try call.cancelRestriction()
        let replacement = try call.newOrder(in: market)
        let detail = try call.detail(for: replacement.kind)
        call.parameters.ignore("orderRateLimitExceededMode")
        try call.finishReading()
        let replaced = core.cancelReplace(
            order, with: replacement, mode: mode, cancelClientOrderID: cancelID, restriction: restriction,
            account: account, now: core.now)
        try write(replaced, detail, to: &call.writer)
    }

    private func write(
        _ replaced: ReplacedOrder, _ detail: JSONWriter.OrderDetail, to writer: inout JSONWriter
    ) throws(VenueRefusal) {
        let markets = core.markets
        var part = JSONWriter(timeScale: writer.timeScale)
        part.object { part in
            part.field("cancelResult", Self.outcome(replaced.cancel))
            part.field("newOrderResult", Self.outcome(replaced.placement))
            part.key("cancelResponse")
            switch replaced.cancel {
            case .success(let result): part.canceled(result, in: markets)
            case .failure(let refusal): VenueRefusal(refusal.code, refusal.text).write(to: &part)
            case nil: part.null()
            }
            part.key("newOrderResponse")
            switch replaced.placement {
            case .success(let placed): part.placed(placed, in: markets, detail)
            case .failure(let refusal): VenueRefusal(refusal.code, refusal.text).write(to: &part)
            case nil: part.null()
            }
        }
        let outcomes = (Self.outcome(replaced.cancel), Self.outcome(replaced.placement))
        if outcomes == ("SUCCESS", "SUCCESS") {
            writer.raw(part.bytes)
        } else if outcomes.0 == "SUCCESS" || outcomes.1 == "SUCCESS" {
            throw VenueRefusal(-2021, "Order cancel-replace partially failed.", status: 409, data: part.bytes)
        } else {
            throw VenueRefusal(-2022, "Order cancel-replace failed.", status: 400, data: part.bytes)
        }
    }

    private static func outcome<Success>(_ result: Result<Success, ExchangeRefusal>?) -> String {
        switch result {
        case .success: "SUCCESS"
        case .failure: "FAILURE"
        case nil: "NOT_ATTEMPTED"
        }
    }

    func amendOrder(_ call: inout RequestCall) throws(VenueRefusal) {
        let account = try call.account()
        let market = try market(&call)
        let order = try call.orderReference()
        let quantity = try call.parameters.requiredDecimal("newQty")
        let newID = try call.parameters.clientID("newClientOrderId")
        try call.finishReading()
        let amended = try carryOut { () throws(ExchangeRefusal) in
            try core.amend(
                order, market: market, newQuantity: quantity, newClientOrderID: newID, account: account,
                now: core.now)
        }
        call.writer.amended(amended, in: core.markets)
    }
}

extension JSONWriter {
    /// The venue has no coin that makes fees cheaper.
    mutating func discount() {
        object("discount") { writer in
            writer.field("enabledForAccount", false)
            writer.field("enabledForSymbol", false)
            writer.field("discountAsset", "BNB")
            writer.field("discount", FixedDecimal.zero)
        }
    }
}
