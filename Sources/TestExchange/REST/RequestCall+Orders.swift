import Market

/// The parameters that describe orders.
extension RequestCall {
    mutating func side(_ name: String = "side") throws(VenueRefusal) -> Side {
        guard let side = Side(wireName: try parameters.required(name)) else {
            throw VenueRefusal(-1117, "Invalid side.")
        }
        return side
    }

    mutating func kind(_ name: String = "type") throws(VenueRefusal) -> OrderKind {
        guard let kind = OrderKind(rawValue: try parameters.required(name)) else {
            throw VenueRefusal(-1116, "Invalid orderType.")
        }
        return kind
    }

    mutating func timeInForce(_ name: String = "timeInForce") throws(VenueRefusal) -> TimeInForce? {
        guard let text = try parameters.optional(name) else { return nil }
        guard let force = TimeInForce(rawValue: text) else { throw VenueRefusal(-1115, "Invalid timeInForce.") }
        return force
    }

    mutating func selfTradePrevention() throws(VenueRefusal) -> SelfTradePrevention? {
        guard let text = try parameters.optional("selfTradePreventionMode") else { return nil }
        guard let mode = SelfTradePrevention(rawValue: text) else { throw .invalid("selfTradePreventionMode") }
        return mode
    }

    /// FULL for market and limit orders where nothing is said, ACK for the others.
    mutating func detail(for kind: OrderKind) throws(VenueRefusal) -> JSONWriter.OrderDetail {
        guard let text = try parameters.optional("newOrderRespType") else {
            return kind == .market || kind == .limit ? .full : .acknowledgement
        }
        guard let detail = JSONWriter.OrderDetail(rawValue: text) else { throw .invalid("newOrderRespType") }
        return detail
    }

    mutating func whole(_ name: String) throws(VenueRefusal) -> Int? {
        guard let number = try parameters.integer(name) else { return nil }
        guard let small = Int(exactly: number) else { throw .invalid(name) }
        return small
    }

    /// The order of `POST /order`; what its kind needs and forbids is the exchange's to check.
    mutating func newOrder(in market: MarketID) throws(VenueRefusal) -> NewOrder {
        let side = try side()
        let kind = try kind()
        var order = NewOrder(market: market, side: side, kind: kind)
        order.timeInForce = try timeInForce()
        order.quantity = try parameters.decimal("quantity")
        order.quoteQuantity = try parameters.decimal("quoteOrderQty")
        order.price = try parameters.decimal("price")
        order.stopPrice = try parameters.decimal("stopPrice")
        order.trailingDelta = try whole("trailingDelta")
        order.icebergQuantity = try parameters.decimal("icebergQty")
        order.clientOrderID = try parameters.clientID("newClientOrderId")
        order.selfTradePrevention = try selfTradePrevention()
        order.strategyID = try parameters.integer("strategyId")
        order.strategyType = try parameters.integer("strategyType")
        return order
    }

    /// One leg of an order list; its parameters begin with the leg's name, such as `abovePrice`.
    mutating func leg(
        _ prefix: String, in market: MarketID, side: Side, quantity: FixedDecimal
    ) throws(VenueRefusal) -> NewOrder {
        var order = NewOrder(market: market, side: side, kind: try kind(prefix + "Type"))
        order.quantity = quantity
        order.clientOrderID = try parameters.clientID(prefix + "ClientOrderId")
        order.price = try parameters.decimal(prefix + "Price")
        order.stopPrice = try parameters.decimal(prefix + "StopPrice")
        order.trailingDelta = try whole(prefix + "TrailingDelta")
        order.icebergQuantity = try parameters.decimal(prefix + "IcebergQty")
        order.timeInForce = try timeInForce(prefix + "TimeInForce")
        order.strategyID = try parameters.integer(prefix + "StrategyId")
        order.strategyType = try parameters.integer(prefix + "StrategyType")
        return order
    }

    /// `orderId` or `origClientOrderId`, one of which has to be there.
    mutating func orderReference(
        id: String = "orderId", client: String = "origClientOrderId"
    ) throws(VenueRefusal) -> OrderReference {
        let number = try parameters.integer(id)
        let name = try parameters.clientID(client)
        guard number != nil || name != nil else {
            throw VenueRefusal(
                -1102, "Param '\(client)' or '\(id)' must be sent, but both were empty/null!")
        }
        return OrderReference(id: number.map { OrderID($0) }, clientOrderID: name)
    }

    mutating func cancelRestriction() throws(VenueRefusal) -> CancelRestriction? {
        guard let text = try parameters.optional("cancelRestrictions") else { return nil }
        guard let restriction = CancelRestriction(rawValue: text) else {
            throw VenueRefusal(-1145, "Invalid cancelRestrictions.")
        }
        return restriction
    }
}
