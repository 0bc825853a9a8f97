import Wording

/// Where an order stands. In-flight states say that the broker was asked and has not answered yet.
public enum OrderState: Codable, Sendable, Hashable {
    /// Decided and handed out to be sent; the broker has not confirmed it.
    case pendingNew
    /// The broker holds it.
    case open
    case partiallyFilled
    /// The broker was asked to cancel it; it may still fill.
    case cancelInFlight
    case filled
    case cancelled(Message?)
    case rejected(Message)
    /// It lived its candles without filling.
    case expired

    /// Whether nothing can happen to the order any more, except a fill that the broker reports late.
    public var isTerminal: Bool {
        switch self {
        case .pendingNew, .open, .partiallyFilled, .cancelInFlight: false
        case .filled, .cancelled, .rejected, .expired: true
        }
    }

    /// The stable name for programs and strategies.
    public var name: String {
        switch self {
        case .pendingNew: "pending"
        case .open: "open"
        case .partiallyFilled: "partially_filled"
        case .cancelInFlight: "cancelling"
        case .filled: "filled"
        case .cancelled: "cancelled"
        case .rejected: "rejected"
        case .expired: "expired"
        }
    }

    /// Why it ended, where there is a reason to tell.
    public var reason: Message? {
        switch self {
        case .cancelled(let reason): reason
        case .rejected(let reason): reason
        default: nil
        }
    }
}
