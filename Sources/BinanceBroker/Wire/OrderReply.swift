import Broker
import Market
import Trading

/// Orders and executions of REST replies.
enum OrderReply {
    /// An order as placing, asking, cancelling and listing tell it.
    ///
    /// - Parameter cancelled: in the reply to a cancel `clientOrderId` names the cancel, `origClientOrderId` the order.
    static func order(
        _ value: JSONValue, symbol: Symbol, cancelled: Bool = false
    ) throws(UnreadableReply) -> OrderReport {
        let side = try OrderWire.side(try value.text("side"))
        let quantity = try value.decimal("origQty")
        let filled = try value.decimal("executedQty")
        let instruction = try OrderWire.instruction(
            type: try value.text("type"), price: value["price"]?.decimal ?? .zero,
            trigger: value["stopPrice"]?.decimal ?? .zero, timeInForce: value["timeInForce"]?.text)
        // Placing and cancelling tell `transactTime`, asking `time` and `updateTime`.
        let changed = try value["updateTime"] == nil ? value.time("transactTime") : value.time("updateTime")
        let created =
            cancelled ? value["time"]?.int64 ?? value["workingTime"]?.int64 : value["time"]?.int64
        let orderID = VenueOrderID(String(try value.int64("orderId")))
        let client = cancelled ? value["origClientOrderId"]?.text : value["clientOrderId"]?.text
        var report = OrderReport(
            venueID: orderID, clientID: client.flatMap { ClientOrderID($0) }, symbol: symbol, side: side,
            instruction: instruction, quantity: Quantity(quantity), filledQuantity: Quantity(filled),
            // Orders of the venue's first years tell a negative sum: it is not known.
            filledValue: Money(max(.zero, try value.decimal("cummulativeQuoteQty"))),
            status: try OrderWire.status(try value.text("status")),
            createdAt: Timestamp(milliseconds: created.flatMap { $0 > 0 ? $0 : nil } ?? changed.milliseconds),
            updatedAt: changed)
        if let fills = value["fills"] {
            for fill in fills.elements { report.fills.append(try placedFill(fill, of: report)) }
        }
        return report
    }

    /// An execution inside the reply to placing: such an order has met the book, so it took.
    private static func placedFill(_ value: JSONValue, of order: OrderReport) throws(UnreadableReply) -> FillReport {
        FillReport(
            id: FillID(String(try value.int64("tradeId"))), venueOrderID: order.venueID, clientID: order.clientID,
            symbol: order.symbol, side: order.side, price: Price(try value.decimal("price")),
            quantity: Quantity(try value.decimal("qty")),
            fee: Fee(amount: try value.decimal("commission"), asset: try value.text("commissionAsset")),
            time: order.updatedAt, isMaker: false)
    }

    /// The two orders of a pair, as `orderReports` tells them.
    static func list(_ value: JSONValue, symbol: Symbol, cancelled: Bool = false) throws(UnreadableReply)
        -> [OrderReport]
    {
        var orders: [OrderReport] = []
        for entry in try value.array("orderReports") {
            orders.append(try order(entry, symbol: symbol, cancelled: cancelled))
        }
        return orders
    }

    /// The order that was cancelled; a leg of a pair takes the pair with it, and the reply may tell both.
    static func cancelled(
        _ value: JSONValue, reference: OrderReference, symbol: Symbol
    ) throws(UnreadableReply) -> OrderReport {
        guard value["orderReports"] != nil else { return try order(value, symbol: symbol, cancelled: true) }
        let legs = try list(value, symbol: symbol, cancelled: true)
        let leg = legs.first {
            switch reference {
            case .client(let id): $0.clientID == id
            case .venue(let id): $0.venueID == id
            }
        }
        guard let leg else { throw UnreadableReply(field: "orderReports", expected: "the order that was cancelled") }
        return leg
    }

    /// A row of `/myTrades`; it does not tell the client's name of the order.
    static func fill(_ value: JSONValue, symbol: Symbol) throws(UnreadableReply) -> FillReport {
        FillReport(
            id: FillID(String(try value.int64("id"))), venueOrderID: VenueOrderID(String(try value.int64("orderId"))),
            clientID: nil, symbol: symbol, side: try value.bool("isBuyer") ? .buy : .sell,
            price: Price(try value.decimal("price")), quantity: Quantity(try value.decimal("qty")),
            fee: Fee(amount: try value.decimal("commission"), asset: try value.text("commissionAsset")),
            time: try value.time("time"), isMaker: try value.bool("isMaker"))
    }

    /// The balances of `/account` that are not zero.
    static func balances(_ root: JSONValue) throws(UnreadableReply) -> [Balance] {
        var balances: [Balance] = []
        for entry in try root.array("balances") {
            let balance = Balance(
                asset: try entry.text("asset"), free: try entry.decimal("free"), locked: try entry.decimal("locked"))
            if !balance.free.isZero || !balance.locked.isZero { balances.append(balance) }
        }
        return balances
    }

    /// `/ticker/24hr` of one symbol; nil where nothing has traded yet.
    static func ticker(_ value: JSONValue, symbol: Symbol) throws(UnreadableReply) -> Ticker? {
        let last = try value.decimal("lastPrice")
        guard last.isPositive else { return nil }
        func quoted(_ name: StaticString) -> Price? {
            value[name]?.decimal.flatMap { $0.isPositive ? Price($0) : nil }
        }
        return Ticker(
            symbol: symbol, last: Price(last), bid: quoted("bidPrice"), ask: quoted("askPrice"),
            time: try value.time("closeTime"))
    }
}
