import Market

/// What an order is there for.
public enum OrderRole: String, Sendable, Hashable, CaseIterable {
    /// Decided by the strategy; opens, adds, reduces or closes, as side and position say.
    case decided
    /// Closes the whole position at market.
    case exit
    /// Closes one lot at a loss limit.
    case stop
    /// Closes one lot at a profit.
    case target
}

public enum OrderKind: Sendable, Hashable {
    case market
    case limit(Price)
    /// Becomes a market order when the price touches the trigger.
    case stop(Price)
}

/// The stop and target that a filled entry gets; either may be missing.
public struct Protection: Sendable, Hashable {
    public var stop: ProtectionLevel?
    public var target: ProtectionLevel?

    public init(stop: ProtectionLevel? = nil, target: ProtectionLevel? = nil) {
        self.stop = stop
        self.target = target
    }
}

/// One order of one `TradingCore`, with what became of it so far.
public struct Order: Sendable, Hashable {
    public let id: OrderID
    public internal(set) var clientID: ClientOrderID
    public let symbol: Symbol
    public let side: Side
    public internal(set) var kind: OrderKind
    /// What is to be bought or sold in all; cut when cash or holding do not cover it.
    public internal(set) var quantity: Quantity
    public let role: OrderRole
    /// May only make the position smaller; what goes beyond the position is cut.
    public let reduceOnly: Bool
    /// The lot a stop or target closes.
    public let lot: LotID?
    /// What the lots that this order opens are protected by.
    public let protection: Protection
    /// The last candle (index of the strategy's timeframe) in which it may fill; nil = until cancelled.
    public let lastIndex: Int?
    /// The strategy's word for it; the reason of the trade it opens or closes.
    public let tag: String
    public let createdAt: Timestamp
    public internal(set) var state: OrderState
    public internal(set) var filledQuantity: Quantity
    /// Sum of price x quantity of its fills.
    public internal(set) var filledValue: Money
    public internal(set) var fees: Money
    /// Whether the cancel that is in flight ends its life by `lastIndex`.
    var isExpiring = false
    /// Names of the fills booked so far, so that a fill that is reported twice is booked once.
    var bookedFills: [FillID]

    public init(
        id: OrderID, clientID: ClientOrderID, symbol: Symbol, side: Side, kind: OrderKind, quantity: Quantity,
        role: OrderRole = .decided, reduceOnly: Bool = false, lot: LotID? = nil, protection: Protection = Protection(),
        lastIndex: Int? = nil, tag: String = "", createdAt: Timestamp
    ) {
        self.id = id
        self.clientID = clientID
        self.symbol = symbol
        self.side = side
        self.kind = kind
        self.quantity = quantity
        self.role = role
        self.reduceOnly = reduceOnly
        self.lot = lot
        self.protection = protection
        self.lastIndex = lastIndex
        self.tag = tag
        self.createdAt = createdAt
        state = .pendingNew
        filledQuantity = .zero
        filledValue = .zero
        fees = .zero
        bookedFills = []
    }

    public var limitPrice: Price? {
        if case .limit(let price) = kind { price } else { nil }
    }

    public var stopPrice: Price? {
        if case .stop(let price) = kind { price } else { nil }
    }
}
