import Market

/// What an order is there for.
public enum OrderRole: String, Codable, Sendable, Hashable, CaseIterable {
    /// Decided by the strategy; opens, adds, reduces or closes, as side and position say.
    case decided
    /// Closes the whole position at market.
    case exit
    /// Closes one lot at a loss limit.
    case stop
    /// Closes one lot at a profit.
    case target
}

public enum OrderKind: Codable, Sendable, Hashable {
    case market
    case limit(Price)
    /// Becomes a market order when the price touches the trigger.
    case stop(Price)
}

/// The stop and target that a filled entry gets; either may be missing.
public struct Protection: Codable, Sendable, Hashable {
    public var stop: ProtectionLevel?
    public var target: ProtectionLevel?

    public init(stop: ProtectionLevel? = nil, target: ProtectionLevel? = nil) {
        self.stop = stop
        self.target = target
    }
}

/// One order of one `TradingCore`, with what became of it so far.
public struct Order: Codable, Sendable, Hashable {
    /// What never changes, shared by all copies: a copy of an order is small.
    let terms: OrderTerms
    public internal(set) var kind: OrderKind
    /// What is to be bought or sold in all; cut when cash or holding do not cover it.
    public internal(set) var quantity: Quantity
    public internal(set) var state: OrderState = .pendingNew
    public internal(set) var filledQuantity = Quantity.zero
    /// Sum of price x quantity of its fills.
    public internal(set) var filledValue = Money.zero
    public internal(set) var fees = Money.zero
    /// How often price or quantity were amended.
    public internal(set) var revision = 0
    /// Whether the cancel that is in flight ends its life by `lastIndex`.
    var isExpiring = false
    /// Names of the fills booked so far, so that a fill that is reported twice is booked once.
    var bookedFills: [FillID] = []

    /// - Parameters:
    ///   - prefix: begins the client order id.
    ///   - reduceOnly: may only make the position smaller; what goes beyond the position is cut.
    ///   - lot: the lot that a stop or target closes.
    ///   - protection: what the lot that this order opens is protected by.
    ///   - lastIndex: the last candle in which it may fill; nil = until cancelled.
    public init(
        id: OrderID, prefix: String, symbol: Symbol, side: Side, kind: OrderKind, quantity: Quantity,
        role: OrderRole = .decided, reduceOnly: Bool = false, lot: LotID? = nil, protection: Protection = Protection(),
        lastIndex: Int? = nil, tag: String = "", createdAt: Timestamp
    ) {
        terms = OrderTerms(
            id: id, prefix: prefix, symbol: symbol, side: side, role: role, reduceOnly: reduceOnly, lot: lot,
            protection: protection, lastIndex: lastIndex, tag: tag, createdAt: createdAt)
        self.kind = kind
        self.quantity = quantity
    }

    public var id: OrderID { terms.id }
    public var clientID: ClientOrderID {
        ClientOrderID(prefix: terms.prefix, number: terms.id.number, revision: revision)
    }
    public var symbol: Symbol { terms.symbol }
    public var side: Side { terms.side }
    public var role: OrderRole { terms.role }
    /// May only make the position smaller; what goes beyond the position is cut.
    public var reduceOnly: Bool { terms.reduceOnly }
    /// The lot a stop or target closes.
    public var lot: LotID? { terms.lot }
    /// What the lot that this order opens is protected by.
    public var protection: Protection { terms.protection }
    /// The last candle (index of the strategy's timeframe) in which it may fill; nil = until cancelled.
    public var lastIndex: Int? { terms.lastIndex }
    /// The strategy's word for it; the reason of the trade it opens or closes.
    public var tag: String { terms.tag }
    public var createdAt: Timestamp { terms.createdAt }

    public var limitPrice: Price? {
        if case .limit(let price) = kind { price } else { nil }
    }

    public var stopPrice: Price? {
        if case .stop(let price) = kind { price } else { nil }
    }
}
