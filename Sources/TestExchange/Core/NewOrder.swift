import Market

/// An order as a client asks for it. What its kind needs or forbids is checked by `ExchangeCore.place`, with the
/// refusals -1102, -1106 and -1128 that Binance has for it.
public struct NewOrder: Sendable, Hashable {
    public var market: MarketID
    public var side: Side
    public var kind: OrderKind
    public var timeInForce: TimeInForce?
    /// In base.
    public var quantity: FixedDecimal?
    /// What a market order may spend (buy) or is to earn (sell), in quote.
    public var quoteQuantity: FixedDecimal?
    public var price: FixedDecimal?
    public var stopPrice: FixedDecimal?
    /// In hundredths of a per cent.
    public var trailingDelta: Int?
    public var icebergQuantity: FixedDecimal?
    /// At most 36 characters of `A-Z a-z 0-9 . : / _ -`; one is made when it is missing.
    public var clientOrderID: String?
    public var selfTradePrevention: SelfTradePrevention?
    public var strategyID: Int64?
    /// At least 1,000,000.
    public var strategyType: Int64?

    public init(
        market: MarketID, side: Side, kind: OrderKind, timeInForce: TimeInForce? = nil, quantity: FixedDecimal? = nil,
        quoteQuantity: FixedDecimal? = nil, price: FixedDecimal? = nil, stopPrice: FixedDecimal? = nil,
        trailingDelta: Int? = nil, icebergQuantity: FixedDecimal? = nil, clientOrderID: String? = nil,
        selfTradePrevention: SelfTradePrevention? = nil, strategyID: Int64? = nil, strategyType: Int64? = nil
    ) {
        self.market = market
        self.side = side
        self.kind = kind
        self.timeInForce = timeInForce
        self.quantity = quantity
        self.quoteQuantity = quoteQuantity
        self.price = price
        self.stopPrice = stopPrice
        self.trailingDelta = trailingDelta
        self.icebergQuantity = icebergQuantity
        self.clientOrderID = clientOrderID
        self.selfTradePrevention = selfTradePrevention
        self.strategyID = strategyID
        self.strategyType = strategyType
    }
}
