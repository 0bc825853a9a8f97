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

extension Lot: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, direction, quantity, value, fees, entryPrice, entryTime, entryIndex, tag, stop, target, stopOrder
        case targetOrder, highest, lowest
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(LotID.self, forKey: .id)
        direction = try fields.decode(Direction.self, forKey: .direction)
        quantity = try fields.decode(Quantity.self, forKey: .quantity)
        value = try fields.decode(Money.self, forKey: .value)
        fees = try fields.decode(Money.self, forKey: .fees)
        entryPrice = try fields.decode(Price.self, forKey: .entryPrice)
        entryTime = try fields.decode(Timestamp.self, forKey: .entryTime)
        entryIndex = try fields.decode(Int.self, forKey: .entryIndex)
        tag = try fields.decode(String.self, forKey: .tag)
        stop = try fields.decodeIfPresent(Price.self, forKey: .stop)
        target = try fields.decodeIfPresent(Price.self, forKey: .target)
        stopOrder = try fields.decodeIfPresent(OrderID.self, forKey: .stopOrder)
        targetOrder = try fields.decodeIfPresent(OrderID.self, forKey: .targetOrder)
        highest = try fields.decodeIfPresent(Double.self, forKey: .highest) ?? -.infinity
        lowest = try fields.decodeIfPresent(Double.self, forKey: .lowest) ?? .infinity
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(direction, forKey: .direction)
        try fields.encode(quantity, forKey: .quantity)
        try fields.encode(value, forKey: .value)
        try fields.encode(fees, forKey: .fees)
        try fields.encode(entryPrice, forKey: .entryPrice)
        try fields.encode(entryTime, forKey: .entryTime)
        try fields.encode(entryIndex, forKey: .entryIndex)
        try fields.encode(tag, forKey: .tag)
        try fields.encodeIfPresent(stop, forKey: .stop)
        try fields.encodeIfPresent(target, forKey: .target)
        try fields.encodeIfPresent(stopOrder, forKey: .stopOrder)
        try fields.encodeIfPresent(targetOrder, forKey: .targetOrder)
        // No candle seen yet: JSON has no infinity.
        if highest.isFinite { try fields.encode(highest, forKey: .highest) }
        if lowest.isFinite { try fields.encode(lowest, forKey: .lowest) }
    }
}
