/// One trade on a market, as its public feed tells it.
public struct Tick: Equatable, Sendable {
    public var time: Timestamp
    /// Quote currency for one unit of base.
    public var price: Double
    /// In base.
    public var quantity: Double
    /// The side of the one who took the order that lay in the book.
    public var takerSide: Side

    public init(time: Timestamp, price: Double, quantity: Double, takerSide: Side = .buy) {
        self.time = time
        self.price = price
        self.quantity = quantity
        self.takerSide = takerSide
    }

    /// Whether it can be true: price and quantity finite, the price above 0, the quantity not negative, the time
    /// between 1970 and the year 9999.
    public var isSound: Bool {
        price > 0 && price < .infinity && quantity >= 0 && quantity < .infinity && Timestamp.calendar.contains(time)
    }
}
