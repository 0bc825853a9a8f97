import Trading

/// Which state of an order may follow which. The trigger `orders_changing` has the same table.
public enum OrderStep {
    public static func isAllowed(from: OrderState, to: OrderState) -> Bool {
        switch from {
        case .pendingNew:
            true
        case .open, .cancelInFlight:
            to != .pendingNew
        case .partiallyFilled:
            switch to {
            case .cancelInFlight, .filled, .cancelled, .expired: true
            default: false
            }
        // A fill that the venue tells late, of an order that was taken for dead.
        case .cancelled, .rejected, .expired:
            to == .filled
        case .filled:
            false
        }
    }

    /// Whether a venue's report says more than what is known. A report may be older than what came by another way.
    static func isNews(_ reported: OrderState, after known: OrderState) -> Bool {
        guard reported.name != known.name, isAllowed(from: known, to: reported) else { return false }
        // While a cancel is under way only its end is news: the venue still calls the order open.
        if case .cancelInFlight = known { return reported.isTerminal }
        return true
    }
}
