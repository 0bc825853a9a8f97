import Wording

/// What an account feed tells.
public enum AccountEvent: Sendable, Hashable {
    case orderChanged(OrderReport)
    case filled(FillReport)
    /// The assets that changed, as they are now.
    case balancesChanged([Balance])
    /// The subscription is in force; events before it may have been missed: reconcile.
    case connected
    case disconnected(Message)

    /// How many events wait for a slow consumer before its stream ends with an error.
    public static let bufferLimit = 100_000
}
