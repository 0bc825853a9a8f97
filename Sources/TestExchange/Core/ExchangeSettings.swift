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
    public var klinesKept = 5000
    /// Whether a bar without trades is made, flat at the last close, as Binance does; else it stays a gap.
    public var fillsQuietBars = true
    public var mostAccounts = 10_000
    /// Events that wait to be drained. Beyond it no prices are played and events of markets are left out and counted;
    /// those of accounts always stay.
    public var eventsKept = 200_000
    /// Makes the ids of orders whose clients gave none.
    public var seed: UInt64 = 1

    public init() {}
}

/// Why an exchange cannot be set up.
public struct ExchangeSetupError: ExplainedError, Hashable {
    public let message: Message

    public init(_ message: Message) {
        self.message = message
    }
}
