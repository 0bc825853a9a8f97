/// The states of an order; raw values are the names on the wire.
public enum OrderStatus: String, Sendable, Hashable, CaseIterable {
    case new = "NEW"
    /// A pending order of a list whose working order is not filled yet.
    case pendingNew = "PENDING_NEW"
    case partiallyFilled = "PARTIALLY_FILLED"
    case filled = "FILLED"
    case canceled = "CANCELED"
    case rejected = "REJECTED"
    case expired = "EXPIRED"
    /// Ended by self-trade prevention.
    case expiredInMatch = "EXPIRED_IN_MATCH"

    public var isOpen: Bool {
        switch self {
        case .new, .pendingNew, .partiallyFilled: true
        case .filled, .canceled, .rejected, .expired, .expiredInMatch: false
        }
    }
}

/// What an execution report tells; raw values are the names on the wire.
public enum ExecutionKind: String, Sendable, Hashable {
    case new = "NEW"
    case canceled = "CANCELED"
    /// The order was amended.
    case replaced = "REPLACED"
    case rejected = "REJECTED"
    case trade = "TRADE"
    case expired = "EXPIRED"
    case tradePrevention = "TRADE_PREVENTION"
}

/// Why an order expired; raw values are the names on the wire.
public enum ExpiryReason: String, Sendable, Hashable {
    case ocoTrigger = "OCO_TRIGGER"
    case otoPhaseOneExpired = "OTO_PHASE_ONE_EXPIRED"
    case unfilledIOC = "UNFILLED_IOC_QUANTITY_EXPIRED"
    case unfilledFOK = "UNFILLED_FOK_ORDER_EXPIRED"
    case insufficientLiquidity = "INSUFFICIENT_LIQUIDITY"
    case exchangeCanceled = "EXCHANGE_CANCELED"
    case rejected = "REJECTED"
}
