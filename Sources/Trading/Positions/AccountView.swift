import Market

/// The open position as a strategy sees it, in Doubles, marked at the last close.
public struct PositionView: Sendable, Hashable {
    public var direction: Direction
    /// Base quantity, positive for long and short.
    public var quantity: Double
    /// Average fill price of the open lots.
    public var entry: Double
    /// The stop nearest to the price, of all lots.
    public var stop: Double?
    /// The target nearest to the price, of all lots.
    public var target: Double?
    /// Open profit in quote currency, fees not counted.
    public var pnl: Double
    /// `pnl` in % of the entry value.
    public var pnlPct: Double
    /// Candles since the first lot's entry candle; 0 on the entry candle itself.
    public var bars: Int

    public var isLong: Bool { direction == .long }
}

/// The account as a strategy sees it at a candle's close.
public struct AccountView: Sendable, Hashable {
    /// Quote currency that is not held back by resting buy orders (nor, on futures, by the open position).
    public var free: Double
    /// `free` and what resting orders hold back.
    public var total: Double
    /// `total` and the value of the position at the last close.
    public var equity: Double
    public var position: PositionView?
    /// Rises with every change of the open orders, so that a copy of them need not be made again each candle.
    public var ordersVersion: Int
}
