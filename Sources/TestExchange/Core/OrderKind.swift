/// The types of orders; raw values are the names on the wire.
public enum OrderKind: String, Sendable, Hashable, CaseIterable {
    case limit = "LIMIT"
    case limitMaker = "LIMIT_MAKER"
    case market = "MARKET"
    case stopLoss = "STOP_LOSS"
    case stopLossLimit = "STOP_LOSS_LIMIT"
    case takeProfit = "TAKE_PROFIT"
    case takeProfitLimit = "TAKE_PROFIT_LIMIT"

    /// Whether it waits for a trigger before it works.
    public var isConditional: Bool {
        switch self {
        case .stopLoss, .stopLossLimit, .takeProfit, .takeProfitLimit: true
        case .limit, .limitMaker, .market: false
        }
    }

    public var isStopLoss: Bool { self == .stopLoss || self == .stopLossLimit }

    public var isTakeProfit: Bool { self == .takeProfit || self == .takeProfitLimit }

    /// Whether it has a limit price.
    public var hasPrice: Bool {
        switch self {
        case .limit, .limitMaker, .stopLossLimit, .takeProfitLimit: true
        case .market, .stopLoss, .takeProfit: false
        }
    }
}

/// How long an order works; raw values are the names on the wire.
public enum TimeInForce: String, Sendable, Hashable, CaseIterable {
    case goodTillCancel = "GTC"
    case immediateOrCancel = "IOC"
    case fillOrKill = "FOK"
}
