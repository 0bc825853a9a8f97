import Market

/// How much a strategy wants to trade.
public enum OrderSize: Sendable, Hashable {
    /// Quote currency to commit.
    case value(Double)
    /// Base quantity.
    case quantity(Double)
}

/// Where a stop or a target lies.
public enum ProtectionLevel: Codable, Sendable, Hashable {
    /// A fraction of the entry's fill price: 0.02 = 2 %, below it for a long stop and a short target, else above.
    case distance(Double)
    case price(Double)
}

/// Open a position at market, as the template callbacks ask.
public struct EntryIntent: Sendable, Hashable {
    public var direction: Direction
    public var size: OrderSize
    public var stop: ProtectionLevel?
    public var target: ProtectionLevel?
    /// The strategy's reason; kept as the trade's `entryReason`.
    public var tag: String

    public init(
        _ direction: Direction, size: OrderSize, stop: ProtectionLevel? = nil, target: ProtectionLevel? = nil,
        tag: String = ""
    ) {
        self.direction = direction
        self.size = size
        self.stop = stop
        self.target = target
        self.tag = tag
    }
}

/// Buy or sell, as full control asks.
public struct OrderIntent: Sendable, Hashable {
    public var side: Side
    public var size: OrderSize
    /// nil = at market.
    public var limit: Double?
    /// Absolute price of the attached stop of what this order opens.
    public var stop: Double?
    /// Absolute price of the attached target of what this order opens.
    public var take: Double?
    /// For how many candles after the decision the order may fill, 1 or more; nil = until cancelled.
    public var expires: Int?
    public var tag: String
    public var reduceOnly: Bool

    public init(
        _ side: Side, size: OrderSize, limit: Double? = nil, stop: Double? = nil, take: Double? = nil,
        expires: Int? = nil, tag: String = "", reduceOnly: Bool = false
    ) {
        self.side = side
        self.size = size
        self.limit = limit
        self.stop = stop
        self.take = take
        self.expires = expires
        self.tag = tag
        self.reduceOnly = reduceOnly
    }
}

/// What a strategy asks for; it touches nothing.
///
/// `enter`, `exit` and `submit` take one order number each, in their order within a decision and whether or not an
/// order comes of them, starting at `TradingCore.nextOrderID`: so a host can tell a script the number at once.
public enum Intent: Sendable, Hashable {
    case enter(EntryIntent)
    /// Close the whole position at market; an empty reason means `exit_signal`.
    case exit(reason: String)
    case submit(OrderIntent)
    case cancel(OrderID)
    /// Moves the stop of every open lot to this price; nil takes it away.
    case moveStop(Double?)
    /// Moves the target of every open lot to this price; nil takes it away.
    case moveTarget(Double?)

    /// Whether the intent takes an order number.
    public var takesOrderID: Bool {
        switch self {
        case .enter, .exit, .submit: true
        case .cancel, .moveStop, .moveTarget: false
        }
    }
}
