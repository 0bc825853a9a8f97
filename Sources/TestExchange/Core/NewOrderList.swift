import Market

/// An order list as a client asks for it. All its orders are of one market.
public enum NewOrderList: Sendable, Hashable {
    /// One cancels the other: a limit maker or take profit on one side of the price, a stop loss on the other.
    case oco(above: NewOrder, below: NewOrder)
    /// One triggers the other: the pending order is placed when the working one is filled whole.
    case oto(working: NewOrder, pending: NewOrder)
    /// One triggers a pair of which one cancels the other.
    case otoco(working: NewOrder, pendingAbove: NewOrder, pendingBelow: NewOrder)

    /// The parameters of `POST /api/v3/order/oco`, which names its legs by what they are and not by where they lie.
    public struct OldForm: Sendable, Hashable {
        public var market: MarketID
        public var side: Side
        public var quantity: FixedDecimal
        public var price: FixedDecimal
        public var stopPrice: FixedDecimal
        public var stopLimitPrice: FixedDecimal?
        public var stopLimitTimeInForce: TimeInForce?
        public var trailingDelta: Int?
        public var limitClientOrderID: String?
        public var stopClientOrderID: String?
        public var selfTradePrevention: SelfTradePrevention?

        public init(
            market: MarketID, side: Side, quantity: FixedDecimal, price: FixedDecimal, stopPrice: FixedDecimal
        ) {
            self.market = market
            self.side = side
            self.quantity = quantity
            self.price = price
            self.stopPrice = stopPrice
        }
    }

    public init(_ old: OldForm) {
        let limit = NewOrder(
            market: old.market, side: old.side, kind: .limitMaker, quantity: old.quantity, price: old.price,
            clientOrderID: old.limitClientOrderID, selfTradePrevention: old.selfTradePrevention)
        let stop = NewOrder(
            market: old.market, side: old.side, kind: old.stopLimitPrice == nil ? .stopLoss : .stopLossLimit,
            timeInForce: old.stopLimitTimeInForce, quantity: old.quantity, price: old.stopLimitPrice,
            stopPrice: old.stopPrice, trailingDelta: old.trailingDelta, clientOrderID: old.stopClientOrderID,
            selfTradePrevention: old.selfTradePrevention)
        self = old.side == .sell ? .oco(above: limit, below: stop) : .oco(above: stop, below: limit)
    }
}
