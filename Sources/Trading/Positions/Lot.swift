import Market

/// What one entry opened and is still open: a quantity with its own entry, stop and target.
public struct Lot: Sendable, Hashable {
    public let id: LotID
    public let direction: Direction
    public internal(set) var quantity: Quantity
    /// Price x quantity of what is still open, at the entry: what a long cost, what a short brought.
    public internal(set) var value: Money
    /// Entry fees of what is still open.
    public internal(set) var fees: Money
    /// Average over the fills of the entry order.
    public internal(set) var entryPrice: Price
    /// Time and candle of the first fill.
    public let entryTime: Timestamp
    public let entryIndex: Int
    public let tag: String
    public internal(set) var stop: Price?
    public internal(set) var target: Price?
    /// The orders that watch `stop` and `target`.
    var stopOrder: OrderID?
    var targetOrder: OrderID?
    /// Highest high and lowest low of the candles it was held through to their close.
    var highest = -Double.infinity
    var lowest = Double.infinity
}
