import Market
import Wording

public enum MarketSubscription: Sendable, Hashable {
    case trades(Symbol)
    case candles(Symbol, Timeframe)
}

/// What a market feed tells.
public enum MarketEvent: Sendable, Equatable {
    /// A trade, with the venue's number for it; numbers of a symbol rise, a hole means that trades were missed.
    case trade(Symbol, Tick, id: Int64)
    case candle(Symbol, Timeframe, Candle, isClosed: Bool)
    /// All subscriptions are in force; what happened before must be fetched.
    case connected
    case disconnected(Message)

    /// How many events wait for a slow consumer before its stream ends.
    public static let bufferLimit = 100_000
}
