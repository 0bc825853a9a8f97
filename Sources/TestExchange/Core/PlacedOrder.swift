import Market

/// One match of an order, as the reply to its placement lists it.
public struct OrderFill: Sendable, Hashable {
    public let price: FixedDecimal
    public let quantity: FixedDecimal
    public let commission: FixedDecimal
    public let commissionAsset: Asset
    public let tradeID: TradeID
}

/// A match that self-trade prevention did not let happen.
public struct PreventedMatch: Sendable, Hashable {
    public let id: Int64
    public let market: MarketID
    public let takerOrderID: OrderID
    public let makerOrderID: OrderID
    public let mode: SelfTradePrevention
    public let price: FixedDecimal
    /// What the taker, the maker lost; nil for one that lost nothing.
    public let takerQuantity: FixedDecimal?
    public let makerQuantity: FixedDecimal?
    public let time: Timestamp
}

/// An accepted order with what it met at once.
public struct PlacedOrder: Sendable, Hashable {
    public let order: ExchangeOrder
    public let fills: [OrderFill]
    public let preventedMatches: [PreventedMatch]
    public let transactTime: Timestamp
}

/// A canceled order: `order.clientOrderID` is its own id, the wire's `origClientOrderId`.
public struct CanceledOrder: Sendable, Hashable {
    public let order: ExchangeOrder
    /// The id of the cancel request, the wire's `clientOrderId`.
    public let cancelClientOrderID: String
    public let transactTime: Timestamp
}

/// How the two halves of a cancel-replace went.
public struct ReplacedOrder: Sendable {
    /// nil when it was not attempted.
    public let cancel: Result<CancelResult, ExchangeRefusal>?
    /// nil when it was not attempted.
    public let placement: Result<PlacedOrder, ExchangeRefusal>?

    public enum Mode: String, Sendable, Hashable, CaseIterable {
        case stopOnFailure = "STOP_ON_FAILURE"
        case allowFailure = "ALLOW_FAILURE"
    }
}

/// What a cancel ended: one order, or the list that the order belonged to.
public enum CancelResult: Sendable, Hashable {
    case order(CanceledOrder)
    case list(OrderListState, [CanceledOrder])
}

/// An amended order: its quantity is smaller, its place in the queue the same.
public struct AmendedOrder: Sendable, Hashable {
    public let order: ExchangeOrder
    public let executionID: Int64
    public let originalClientOrderID: String
    public let originalQuantity: FixedDecimal
    public let list: OrderListState?
    public let transactTime: Timestamp
}

/// Limits what a cancel may hit; raw values are the names on the wire.
public enum CancelRestriction: String, Sendable, Hashable, CaseIterable {
    case onlyNew = "ONLY_NEW"
    case onlyPartiallyFilled = "ONLY_PARTIALLY_FILLED"
}

/// How a client names one of its orders. With both, both must fit.
public struct OrderReference: Sendable, Hashable {
    public var id: OrderID?
    public var clientOrderID: String?

    public init(id: OrderID? = nil, clientOrderID: String? = nil) {
        self.id = id
        self.clientOrderID = clientOrderID
    }
}
