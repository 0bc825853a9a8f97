import Market

/// One closed piece of one lot: from the fill that opened it to the fill that closed it.
public struct ClosedTrade: Sendable, Hashable {
    /// 1, 2, 3 … in the order of closing.
    public let id: Int
    public let direction: Direction
    public let quantity: Quantity
    public let entryTime: Timestamp
    public let entryPrice: Price
    public let exitTime: Timestamp
    public let exitPrice: Price
    /// Entry and exit fees of this piece, in quote currency.
    public let fees: Money
    /// After fees, in quote currency.
    public let profit: Money
    /// Profit in % of what the piece cost at its entry, fees not counted in the cost.
    public let profitPct: Double
    /// Index of the exit candle minus index of the entry candle.
    public let bars: Int
    /// `stop`, `target`, `exit_signal`, `end_of_data`, or the strategy's own word.
    public let reason: String
    /// How far the price went against the position, in % of the entry price, 0 or more. Candles before the exit candle
    /// count with their highs and lows, the exit candle with the exit price only.
    public let maePct: Double
    /// How far the price went in favour of the position, counted like `maePct`.
    public let mfePct: Double
    public let entryReason: String
    public let entryIndex: Int
    public let exitIndex: Int
    public let entryOrder: OrderID
    public let exitOrder: OrderID
    /// Whether the exit candle alone could not tell that it happened so; see `Fill.isAmbiguous`.
    public let isAmbiguous: Bool
    /// What is left of the whole position; zero when it is flat.
    public let remaining: Quantity

    public init(
        id: Int, direction: Direction, quantity: Quantity, entryTime: Timestamp, entryPrice: Price,
        exitTime: Timestamp, exitPrice: Price, fees: Money, profit: Money, profitPct: Double, bars: Int, reason: String,
        maePct: Double, mfePct: Double, entryReason: String, entryIndex: Int, exitIndex: Int, entryOrder: OrderID,
        exitOrder: OrderID, isAmbiguous: Bool, remaining: Quantity
    ) {
        self.id = id
        self.direction = direction
        self.quantity = quantity
        self.entryTime = entryTime
        self.entryPrice = entryPrice
        self.exitTime = exitTime
        self.exitPrice = exitPrice
        self.fees = fees
        self.profit = profit
        self.profitPct = profitPct
        self.bars = bars
        self.reason = reason
        self.maePct = maePct
        self.mfePct = mfePct
        self.entryReason = entryReason
        self.entryIndex = entryIndex
        self.exitIndex = exitIndex
        self.entryOrder = entryOrder
        self.exitOrder = exitOrder
        self.isAmbiguous = isAmbiguous
        self.remaining = remaining
    }
}
