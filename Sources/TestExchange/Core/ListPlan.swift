import Market

/// A list request whose orders fit together: the kinds that its form allows, one market, one side and quantity for a
/// pair.
struct ListPlan {
    /// Above and below for an OCO; the working order and then the pending ones for the others.
    let orders: [NewOrder]
    /// Whether it is an OCO.
    let isPair: Bool

    init(_ request: NewOrderList) throws(ExchangeRefusal) {
        switch request {
        case .oco(let above, let below):
            orders = [above, below]
            isPair = true
            try Self.checkPair(above: above, below: below)
        case .oto(let working, let pending):
            orders = [working, pending]
            isPair = false
            try Self.checkWorking(working)
        case .otoco(let working, let above, let below):
            orders = [working, above, below]
            isPair = false
            try Self.checkWorking(working)
            try Self.checkPair(above: above, below: below)
        }
        let first = orders[0]
        guard orders.allSatisfy({ $0.market == first.market && $0.quoteQuantity == nil }) else {
            throw Self.unsupported
        }
    }

    private static let unsupported = ExchangeRefusal.unsupported("Unsupported order combination")

    private static func checkWorking(_ order: NewOrder) throws(ExchangeRefusal) {
        guard order.kind == .limit || order.kind == .limitMaker else { throw unsupported }
    }

    private static func checkPair(above: NewOrder, below: NewOrder) throws(ExchangeRefusal) {
        guard above.side == below.side, above.quantity == below.quantity else { throw unsupported }
        for leg in [above, below] where leg.kind != .limitMaker && !leg.kind.isConditional {
            throw ExchangeRefusal(code: -1158, text: "Order type not supported in OCO.")
        }
        guard above.kind.isConditional || below.kind.isConditional else {
            throw ExchangeRefusal(code: -1168, text: "At least one OCO order must be contingent.")
        }
        if above.side == .buy {
            guard above.kind != .limitMaker else {
                throw ExchangeRefusal(code: -1165, text: "A limit order in a buy OCO must be below.")
            }
            guard !below.kind.isStopLoss else {
                throw ExchangeRefusal(code: -1196, text: "A stop loss order in a buy OCO must be above.")
            }
            guard !above.kind.isTakeProfit else {
                throw ExchangeRefusal(code: -1198, text: "A take profit order in a buy OCO must be below.")
            }
        } else {
            guard below.kind != .limitMaker else {
                throw ExchangeRefusal(code: -1166, text: "A limit order in a sell OCO must be above.")
            }
            guard !above.kind.isStopLoss else {
                throw ExchangeRefusal(code: -1197, text: "A stop loss order in a sell OCO must be below.")
            }
            guard !below.kind.isTakeProfit else {
                throw ExchangeRefusal(code: -1199, text: "A take profit order in a sell OCO must be above.")
            }
        }
    }

    /// The last price must lie between the legs. A trailing leg without a stop price has no place of its own.
    func checkPrices(above: OrderTerms, below: OrderTerms, last: Int64) throws(ExchangeRefusal) {
        let top = above.order.kind == .limitMaker ? above.limit : above.stop
        let bottom = below.order.kind == .limitMaker ? below.limit : below.stop
        guard top.map({ $0 > last }) ?? true, bottom.map({ $0 < last }) ?? true else { throw .wrongPrices }
    }
}
