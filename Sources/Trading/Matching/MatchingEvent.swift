import Market
import Wording

/// What the fill model did with an order.
public enum MatchingEvent: Sendable {
    /// `cut` says why and to what quantity the order was made smaller before it filled.
    case filled(Fill, cut: Cut?)
    /// Nothing of it can be served; the order is gone.
    case refused(OrderID, Message)
    /// An order of `Matching.watch` was touched, at that price, and is no longer held.
    case triggered(OrderID, at: Double)

    public struct Cut: Sendable, Hashable {
        public let quantity: Quantity
        public let reason: Message
    }
}

/// The range of prices that orders are matched against: a candle, a finer candle, or one tick (all four the same).
public struct MatchingBar: Sendable, Hashable {
    public var open: Double
    public var high: Double
    public var low: Double
    public var close: Double
    /// The time its fills carry: its open time.
    public var time: Timestamp
    /// The candle of the strategy's timeframe it belongs to.
    public var index: Int

    @inlinable
    public init(open: Double, high: Double, low: Double, close: Double, time: Timestamp, index: Int) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.time = time
        self.index = index
    }
}
