import Market

/// An order as the exchange knows it at one moment.
public struct ExchangeOrder: Sendable, Hashable {
    public let id: OrderID
    public let market: MarketID
    public let account: AccountID
    /// nil where the wire says -1.
    public internal(set) var listID: OrderListID?
    public internal(set) var clientOrderID: String
    public let side: Side
    public let kind: OrderKind
    public internal(set) var timeInForce: TimeInForce
    /// 0 for orders without a limit.
    public internal(set) var price: FixedDecimal
    /// In base; 0 until a market order by quote quantity has traded.
    public internal(set) var quantity: FixedDecimal
    public internal(set) var executedQuantity: FixedDecimal = .zero
    /// What the executed quantity cost, in quote.
    public internal(set) var executedQuote: FixedDecimal = .zero
    public internal(set) var quoteOrderQuantity: FixedDecimal = .zero
    public internal(set) var stopPrice: FixedDecimal = .zero
    public internal(set) var icebergQuantity: FixedDecimal = .zero
    public internal(set) var trailingDelta: Int?
    /// When a trailing order began to follow the price.
    public internal(set) var trailingTime: Timestamp?
    public internal(set) var status: OrderStatus
    public internal(set) var time: Timestamp
    public internal(set) var updateTime: Timestamp
    /// When it came to work: at once, at its trigger, or with its list.
    public internal(set) var workingTime: Timestamp?
    public internal(set) var selfTradePrevention: SelfTradePrevention
    public internal(set) var preventedMatchID: Int64?
    public internal(set) var preventedQuantity: FixedDecimal = .zero
    public internal(set) var strategyID: Int64?
    public internal(set) var strategyType: Int64?
    public internal(set) var expiryReason: ExpiryReason?

    /// Whether it works or worked: it is or was able to trade.
    public var isWorking: Bool { workingTime != nil }

    public var remainingQuantity: FixedDecimal { quantity - executedQuantity - preventedQuantity }
}
