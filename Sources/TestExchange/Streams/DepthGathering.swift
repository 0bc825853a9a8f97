import Market

/// Several updates of a book put together as one.
struct DepthGathering {
    private var first: Int64?
    private var last: Int64 = 0
    private var bids: [FixedDecimal: FixedDecimal] = [:]
    private var asks: [FixedDecimal: FixedDecimal] = [:]

    mutating func add(_ update: MarketData.DepthUpdate) {
        if first == nil { first = update.firstUpdateID }
        last = update.lastUpdateID
        for level in update.bids { bids[level.price] = level.quantity }
        for level in update.asks { asks[level.price] = level.quantity }
    }

    /// Everything gathered since the last call; nil for nothing.
    mutating func take(_ market: MarketID) -> MarketData.DepthUpdate? {
        guard let first else { return nil }
        let update = MarketData.DepthUpdate(
            market: market, firstUpdateID: first, lastUpdateID: last,
            bids: bids.sorted { $0.key > $1.key }.map { MarketData.Level(price: $0.key, quantity: $0.value) },
            asks: asks.sorted { $0.key < $1.key }.map { MarketData.Level(price: $0.key, quantity: $0.value) })
        self = DepthGathering()
        return update
    }
}
