import Market

/// The orders of a market that wait for the last price to reach a level, and those that follow it.
struct TriggerBook {
    private struct Waiting {
        var price: Int64
        var order: LiveOrder
    }

    private struct Trailing {
        var order: LiveOrder
        /// In hundredths of a per cent.
        var delta: Int64
        /// The best price since it began to follow; nil before.
        var extreme: Int64?
    }

    /// Triggered when the price rises to theirs; falling, so that the next one is the last. Of equal ones the older.
    private var rising: [Waiting] = []
    /// Triggered when the price falls to theirs; rising likewise.
    private var falling: [Waiting] = []
    /// In order of placement; bounded by the limits of algorithmic orders for each account.
    private var trailing: [Trailing] = []

    /// Whether an order of this kind and side waits for a higher price than the last one.
    static func triggersAbove(_ kind: OrderKind, _ side: Side) -> Bool {
        kind.isStopLoss == (side == .buy)
    }

    mutating func add(_ order: LiveOrder, last: Int64, at time: Timestamp) {
        if let delta = order.state.trailingDelta {
            var entry = Trailing(order: order, delta: Int64(delta), extreme: nil)
            if order.stopTicks == nil {
                entry.extreme = last
                order.state.trailingTime = time
            }
            trailing.append(entry)
            return
        }
        guard let price = order.stopTicks else { return }
        let entry = Waiting(price: price, order: order)
        if Self.triggersAbove(order.state.kind, order.state.side) {
            let place = rising.firstIndex { $0.price <= price } ?? rising.count
            rising.insert(entry, at: place)
        } else {
            let place = falling.firstIndex { $0.price >= price } ?? falling.count
            falling.insert(entry, at: place)
        }
    }

    mutating func remove(_ order: LiveOrder) {
        if order.state.trailingDelta != nil {
            trailing.removeAll { $0.order === order }
        } else if Self.triggersAbove(order.state.kind, order.state.side) {
            rising.removeAll { $0.order === order }
        } else {
            falling.removeAll { $0.order === order }
        }
    }

    var isEmpty: Bool { rising.isEmpty && falling.isEmpty && trailing.isEmpty }

    /// Lets the trailing orders see a trade's price.
    mutating func follow(_ price: Int64, at time: Timestamp) {
        for index in trailing.indices {
            let order = trailing[index].order
            guard let extreme = trailing[index].extreme else {
                // One without a stop price follows from the beginning.
                guard let stop = order.stopTicks else { continue }
                let isAbove = Self.triggersAbove(order.state.kind, order.state.side)
                if isAbove ? price >= stop : price <= stop {
                    trailing[index].extreme = price
                    order.state.trailingTime = time
                }
                continue
            }
            trailing[index].extreme = order.state.side == .sell ? max(extreme, price) : min(extreme, price)
        }
    }

    /// The next order that this last price triggers, taken out of the waiting ones.
    mutating func next(at price: Int64) -> LiveOrder? {
        if let entry = rising.last, entry.price <= price { return rising.removeLast().order }
        if let entry = falling.last, entry.price >= price { return falling.removeLast().order }
        for (index, entry) in trailing.enumerated() {
            guard let extreme = entry.extreme else { continue }
            let reached =
                entry.order.state.side == .sell
                ? Int128(price) * 10_000 <= Int128(extreme) * Int128(10_000 - entry.delta)
                : Int128(price) * 10_000 >= Int128(extreme) * Int128(10_000 + entry.delta)
            if reached { return trailing.remove(at: index).order }
        }
        return nil
    }
}
