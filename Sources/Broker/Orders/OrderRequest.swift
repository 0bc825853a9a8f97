import Market
import Trading

/// How much an order is over.
public enum OrderAmount: Codable, Sendable, Hashable {
    case base(Quantity)
    /// Quote currency to spend or to receive; market orders only.
    case quote(Money)
}

/// How long a limit order waits.
public enum TimeInForce: String, Codable, Sendable, Hashable, CaseIterable {
    /// Until it is cancelled.
    case goodTillCancelled = "gtc"
    /// What does not fill at once is dropped.
    case immediateOrCancel = "ioc"
    /// All of it at once or nothing.
    case fillOrKill = "fok"
}

/// What a broker is asked to do with an order.
public enum OrderInstruction: Codable, Sendable, Hashable {
    case market
    case limit(Price, TimeInForce)
    /// A limit order that is refused when it would meet the book.
    case postOnly(Price)
    /// Sells below or buys above the price: a market order once `trigger` is touched, a limit order where `limit` is.
    case stop(trigger: Price, limit: Price?)
    /// Sells above or buys below the price, likewise.
    case takeProfit(trigger: Price, limit: Price?)

    public var name: OrderKindName {
        switch self {
        case .market: .market
        case .limit: .limit
        case .postOnly: .postOnly
        case .stop(_, nil): .stop
        case .stop: .stopLimit
        case .takeProfit(_, nil): .takeProfit
        case .takeProfit: .takeProfitLimit
        }
    }
}

public enum OrderKindName: String, Sendable, Hashable, CaseIterable {
    case market
    case limit
    case postOnly = "post_only"
    case stop
    case stopLimit = "stop_limit"
    case takeProfit = "take_profit"
    case takeProfitLimit = "take_profit_limit"
}

/// One order to be sent under a name of ours.
public struct OrderRequest: Codable, Sendable, Hashable {
    public var clientID: ClientOrderID
    public var symbol: Symbol
    public var side: Side
    public var instruction: OrderInstruction
    public var amount: OrderAmount
    /// Whether a limit order is the target of a position. A paper account fills it when the price touches it, as a
    /// backtest fills targets; at a venue it is a limit order like any other, and nothing of this is sent.
    public var isTarget: Bool

    public init(
        clientID: ClientOrderID, symbol: Symbol, side: Side, instruction: OrderInstruction, amount: OrderAmount,
        isTarget: Bool = false
    ) {
        self.clientID = clientID
        self.symbol = symbol
        self.side = side
        self.instruction = instruction
        self.amount = amount
        self.isTarget = isTarget
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        clientID = try fields.decode(ClientOrderID.self, forKey: .clientID)
        symbol = try fields.decode(Symbol.self, forKey: .symbol)
        side = try fields.decode(Side.self, forKey: .side)
        instruction = try fields.decode(OrderInstruction.self, forKey: .instruction)
        amount = try fields.decode(OrderAmount.self, forKey: .amount)
        // Memories of strategies may have been written without it.
        isTarget = try fields.decodeIfPresent(Bool.self, forKey: .isTarget) ?? false
    }
}

/// A target (limit) and a stop over the same quantity, of which one cancels the other.
public struct OrderPairRequest: Sendable, Hashable {
    public var symbol: Symbol
    public var side: Side
    public var quantity: Quantity
    public var target: Price
    public var targetID: ClientOrderID
    public var stop: Price
    /// Limit of the stop once triggered; nil: a market order.
    public var stopLimit: Price?
    public var stopID: ClientOrderID

    public init(
        symbol: Symbol, side: Side, quantity: Quantity, target: Price, targetID: ClientOrderID, stop: Price,
        stopLimit: Price? = nil, stopID: ClientOrderID
    ) {
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.target = target
        self.targetID = targetID
        self.stop = stop
        self.stopLimit = stopLimit
        self.stopID = stopID
    }
}
