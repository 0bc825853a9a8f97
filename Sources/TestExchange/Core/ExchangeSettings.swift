import Market
import Wording

/// What holds for the whole exchange.
public struct ExchangeSettings: Sendable, Hashable {
    public var filters: [ExchangeFilter] = [.maximumOrders(1000), .maximumAlgoOrders(200), .maximumOrderLists(100)]
    /// Closed orders, trades and lists kept for each account and market; the oldest go first.
    public var historyPerAccount = 10_000
    /// Public trades and aggregate trades kept for each market.
    public var tradesKept = 50_000
    /// Bars kept for each market and interval, besides the replayed history.
    public var klinesKept = 10_000
    public var accountsKept = 10_000

    public init() {}
}

/// Why an exchange cannot be set up.
public struct ExchangeSetupError: ExplainedError, Hashable {
    public let message: Message

    public init(_ message: Message) {
        self.message = message
    }
}
