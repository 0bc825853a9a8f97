import Broker
import Market
import Trading
import Wording

/// Who decided an order.
public enum OrderOrigin: Sendable, Hashable {
    case manual
    case strategy(ActiveStrategyID)
    case webhook(WebhookCallID)

    /// The stable name for programs.
    public var name: String {
        switch self {
        case .manual: "manual"
        case .strategy: "strategy"
        case .webhook: "webhook"
        }
    }

    var activeStrategy: Int64? {
        if case .strategy(let id) = self { id.number } else { nil }
    }

    var webhookCall: Int64? {
        if case .webhook(let id) = self { id.number } else { nil }
    }
}

/// An order as it is written down: before it is sent, and with all that became of it.
public struct StoredOrder: Sendable, Hashable {
    public var id: StoredOrderID
    public var user: UserID
    public var broker: BrokerID
    public var origin: OrderOrigin
    public var request: OrderRequest
    /// Nil until the venue has answered.
    public var venueID: VenueOrderID?
    public var state: OrderState
    public var filledQuantity: Quantity
    /// Sum of price x quantity of its fills.
    public var filledValue: Money
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var endedAt: Timestamp?
}

extension OrderState {
    /// The state that a row tells by its name.
    init?(name: String, reason: Message?) {
        switch name {
        case "pending": self = .pendingNew
        case "open": self = .open
        case "partially_filled": self = .partiallyFilled
        case "cancelling": self = .cancelInFlight
        case "filled": self = .filled
        case "cancelled": self = .cancelled(reason)
        case "rejected": self = .rejected(reason ?? Message("refused", fr: "refusé"))
        case "expired": self = .expired
        default: return nil
        }
    }

    /// What the venue's word for an order means here.
    public init(_ status: OrderStatus) {
        switch status {
        case .open: self = .open
        case .partiallyFilled: self = .partiallyFilled
        case .filled: self = .filled
        case .cancelled: self = .cancelled(nil)
        case .rejected(let reason): self = .rejected(reason)
        case .expired: self = .expired
        }
    }
}
