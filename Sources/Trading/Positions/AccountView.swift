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

    @inlinable public var isLong: Bool { direction == .long }

    @inlinable
    public init(
        direction: Direction, quantity: Double, entry: Double, stop: Double?, target: Double?, pnl: Double = 0,
        pnlPct: Double = 0, bars: Int = 0
    ) {
        self.direction = direction
        self.quantity = quantity
        self.entry = entry
        self.stop = stop
        self.target = target
        self.pnl = pnl
        self.pnlPct = pnlPct
        self.bars = bars
    }

    /// Values the position at a close, `bars` candles after its entry.
    @inlinable
    mutating func mark(close: Double, bars: Int) {
        let difference = isLong ? close - entry : entry - close
        pnl = difference * quantity
        pnlPct = difference / entry * 100
        self.bars = bars > 0 ? bars : 0
    }
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

    @inlinable
    public init(free: Double, total: Double, equity: Double, position: PositionView?, ordersVersion: Int) {
        self.free = free
        self.total = total
        self.equity = equity
        self.position = position
        self.ordersVersion = ordersVersion
    }
}
