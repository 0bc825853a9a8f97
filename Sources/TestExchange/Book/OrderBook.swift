import Market

/// The resting orders of one market, matched by price and then by time, in whole ticks and lots.
///
/// Orders and levels lie in pools that are reused, a level keeps its orders in a list that runs through them, and
/// numbers are looked up in a table: in the steady state nothing is allocated.
struct OrderBook {
    private struct Order {
        var id: Int64
        var quantity: Int64
        var owner: Int32
        var level: Int32
        var previous: Int32
        var next: Int32
    }

    private struct Level {
        var price: Int64
        var quantity: Int64
        var first: Int32
        var last: Int32
        var side: Side
    }

    /// A resting order, as it is asked for.
    struct Resting: Equatable {
        var id: Int64
        var owner: Int32
        var side: Side
        var price: Int64
        var quantity: Int64
    }

    private static let none: Int32 = -1

    private var orders: [Order] = []
    private var levels: [Level] = []
    private var freeOrder = OrderBook.none
    private var freeLevel = OrderBook.none
    private var index = OrderIndex()
    private(set) var bids = BookSide(.buy)
    private(set) var asks = BookSide(.sell)
    /// One more with every level that changes.
    private(set) var updateID: Int64 = 0
    /// Prices whose quantity changed since `takeChanges`, with repeats; at most `changeLimit` a side.
    private var changedBids: [Int64] = []
    private var changedAsks: [Int64] = []
    private var changeLimit = 65_536
    /// What the last `match` met, in its order.
    private(set) var matches: [BookMatch] = []

    var count: Int { index.count }

    var bestBid: Int64? { bids.best.map { bids.price($0) } }

    var bestAsk: Int64? { asks.best.map { asks.price($0) } }

    func quantity(_ side: Side, at price: Int64) -> Int64 {
        let level = side == .buy ? bids.level(at: price) : asks.level(at: price)
        return level.map { levels[Int($0)].quantity } ?? 0
    }

    func order(_ id: Int64) -> Resting? {
        guard let slot = index.slot(of: id) else { return nil }
        let order = orders[Int(slot)]
        let level = levels[Int(order.level)]
        return Resting(
            id: id, owner: order.owner, side: level.side, price: level.price, quantity: order.quantity)
    }

    /// The levels of a side, best first, at most `limit`.
    func levels(_ side: Side, limit: Int) -> [(price: Int64, quantity: Int64)] {
        let entries = side == .buy ? bids.entries : asks.entries
        return entries.suffix(limit).reversed().map {
            let level = levels[Int($0.level)]
            return (level.price, level.quantity)
        }
    }

    /// The best price of a side at which an order of someone else than `owner` lies.
    func best(_ side: Side, besides owner: Int32) -> Int64? {
        let entries = side == .buy ? bids.entries : asks.entries
        for entry in entries.reversed() {
            var slot = levels[Int(entry.level)].first
            while slot != Self.none {
                if orders[Int(slot)].owner != owner { return levels[Int(entry.level)].price }
                slot = orders[Int(slot)].next
            }
        }
        return nil
    }

    /// The orders of a side in the order in which they would be met.
    func queue(_ side: Side) -> [Resting] {
        var result: [Resting] = []
        for entry in (side == .buy ? bids.entries : asks.entries).reversed() {
            let level = levels[Int(entry.level)]
            var slot = level.first
            while slot != Self.none {
                let order = orders[Int(slot)]
                result.append(
                    Resting(
                        id: order.id, owner: order.owner, side: side, price: level.price, quantity: order.quantity))
                slot = order.next
            }
        }
        return result
    }
}

// MARK: Resting orders

extension OrderBook {
    /// Puts an order at the end of its price's queue. The number must be new, the quantity above 0.
    mutating func add(id: Int64, owner: Int32, side: Side, price: Int64, quantity: Int64) {
        precondition(quantity > 0 && id != OrderIndex.none, "an order needs a quantity and a number")
        let level = level(for: side, price)
        let slot: Int32
        let order = Order(
            id: id, quantity: quantity, owner: owner, level: level, previous: levels[Int(level)].last,
            next: Self.none)
        if freeOrder != Self.none {
            slot = freeOrder
            freeOrder = orders[Int(slot)].next
            orders[Int(slot)] = order
        } else {
            slot = Int32(orders.count)
            orders.append(order)
        }
        if order.previous != Self.none {
            orders[Int(order.previous)].next = slot
        } else {
            levels[Int(level)].first = slot
        }
        levels[Int(level)].last = slot
        levels[Int(level)].quantity += quantity
        index.insert(id, slot: slot)
        changed(side, price)
    }

    /// Takes an order out; its remaining lots, or nil when it is not in the book.
    @discardableResult
    mutating func remove(_ id: Int64) -> Int64? {
        guard let slot = index.slot(of: id) else { return nil }
        let order = orders[Int(slot)]
        levels[Int(order.level)].quantity -= order.quantity
        changed(levels[Int(order.level)].side, levels[Int(order.level)].price)
        unlink(slot)
        return order.quantity
    }

    /// Makes an order smaller without moving it in the queue; `quantity` is above 0 and not more than it has.
    mutating func reduce(_ id: Int64, to quantity: Int64) {
        guard let slot = index.slot(of: id) else { return }
        let order = orders[Int(slot)]
        precondition(quantity > 0 && quantity <= order.quantity, "an order in the book only becomes smaller")
        orders[Int(slot)].quantity = quantity
        levels[Int(order.level)].quantity -= order.quantity - quantity
        changed(levels[Int(order.level)].side, levels[Int(order.level)].price)
    }

    private mutating func level(for side: Side, _ price: Int64) -> Int32 {
        let key = side == .buy ? bids.key(price) : asks.key(price)
        let place = side == .buy ? bids.place(of: key) : asks.place(of: key)
        if let level = side == .buy ? bids.level(key, at: place) : asks.level(key, at: place) { return level }
        let level = Level(price: price, quantity: 0, first: Self.none, last: Self.none, side: side)
        let slot: Int32
        if freeLevel != Self.none {
            slot = freeLevel
            freeLevel = levels[Int(slot)].first
            levels[Int(slot)] = level
        } else {
            slot = Int32(levels.count)
            levels.append(level)
        }
        if side == .buy {
            bids.insert(.init(key: key, level: slot), at: place)
        } else {
            asks.insert(.init(key: key, level: slot), at: place)
        }
        return slot
    }

    /// Takes an order out of its queue, and its level out of the book when that was the last one.
    private mutating func unlink(_ slot: Int32) {
        let order = orders[Int(slot)]
        let at = Int(order.level)
        if order.previous != Self.none {
            orders[Int(order.previous)].next = order.next
        } else {
            levels[at].first = order.next
        }
        if order.next != Self.none {
            orders[Int(order.next)].previous = order.previous
        } else {
            levels[at].last = order.previous
        }
        index.remove(order.id)
        orders[Int(slot)].next = freeOrder
        freeOrder = slot
        guard levels[at].first == Self.none else { return }
        if levels[at].side == .buy {
            bids.remove(price: levels[at].price)
        } else {
            asks.remove(price: levels[at].price)
        }
        levels[at].first = freeLevel
        freeLevel = order.level
    }
}

// MARK: Matching

extension OrderBook {
    /// Lets a taker meet the book; what it met stands in `matches` afterwards. Nothing of it comes to rest.
    mutating func match(_ taker: BookTaker) -> BookOutcome {
        matches.removeAll(keepingCapacity: true)
        var outcome = BookOutcome(
            remaining: taker.quantity, budget: taker.budget, takerIsPrevented: false, budgetIsSpent: false)
        // Each turn ends the taker or takes an order out of the book.
        while outcome.remaining > 0, !outcome.takerIsPrevented {
            guard let entry = taker.side == .buy ? asks.best : bids.best else { break }
            let at = Int(entry.level)
            let price = levels[at].price
            if let limit = taker.limit, taker.side == .buy ? price > limit : price < limit { break }
            let slot = levels[at].first
            let maker = orders[Int(slot)]
            if maker.owner == taker.owner, taker.prevention != .none {
                prevent(taker, &outcome, maker, price)
                continue
            }
            var quantity = min(outcome.remaining, maker.quantity)
            if let budget = outcome.budget {
                let affordable = budget / Int128(price)
                if affordable < Int128(quantity) { quantity = Int64(affordable) }
                if quantity == 0 {
                    outcome.budgetIsSpent = true
                    break
                }
                outcome.budget = budget - Int128(price) * Int128(quantity)
            }
            outcome.remaining -= quantity
            let isGone = quantity == maker.quantity
            matches.append(
                BookMatch(
                    kind: .trade, makerID: maker.id, makerOwner: maker.owner, price: price, quantity: quantity,
                    makerIsGone: isGone))
            levels[at].quantity -= quantity
            changed(levels[at].side, price)
            if isGone { unlink(slot) } else { orders[Int(slot)].quantity -= quantity }
        }
        return outcome
    }

    private mutating func prevent(
        _ taker: BookTaker, _ outcome: inout BookOutcome, _ maker: Order, _ price: Int64
    ) {
        var match = BookMatch(
            kind: .prevented, makerID: maker.id, makerOwner: maker.owner, price: price, quantity: 0,
            makerIsGone: false)
        switch taker.prevention {
        case .none: return
        case .expireTaker: match.takerLoss = outcome.remaining
        case .expireMaker: match.makerLoss = maker.quantity
        case .expireBoth:
            match.takerLoss = outcome.remaining
            match.makerLoss = maker.quantity
        case .decrement:
            match.takerLoss = min(outcome.remaining, maker.quantity)
            match.makerLoss = match.takerLoss
        }
        match.makerIsGone = match.makerLoss == maker.quantity
        matches.append(match)
        if match.makerIsGone {
            remove(maker.id)
        } else if match.makerLoss > 0 {
            reduce(maker.id, to: maker.quantity - match.makerLoss)
        }
        outcome.remaining -= match.takerLoss
        if match.takerLoss > 0, outcome.remaining == 0 { outcome.takerIsPrevented = true }
    }

    /// How many lots a taker would trade at once and what they would cost in ticks times lots, self-trade prevention
    /// included: what `match` would do, without doing it.
    func available(_ taker: BookTaker) -> (quantity: Int64, cost: Int128) {
        var quantity: Int64 = 0
        var remaining = taker.quantity
        var cost: Int128 = 0
        for entry in (taker.side == .buy ? asks : bids).entries.reversed() {
            let level = levels[Int(entry.level)]
            if let limit = taker.limit, taker.side == .buy ? level.price > limit : level.price < limit { break }
            var slot = level.first
            while slot != Self.none, remaining > 0 {
                let order = orders[Int(slot)]
                slot = order.next
                if order.owner == taker.owner, taker.prevention != .none {
                    switch taker.prevention {
                    case .none, .expireMaker: continue
                    case .expireTaker, .expireBoth: return (quantity, cost)
                    case .decrement:
                        remaining -= min(order.quantity, remaining)
                        continue
                    }
                }
                let wanted = min(order.quantity, remaining)
                var taken = wanted
                if let budget = taker.budget {
                    taken = Int64(min(Int128(wanted), (budget - cost) / Int128(level.price)))
                }
                quantity += taken
                remaining -= taken
                cost += Int128(level.price) * Int128(taken)
                // The budget is spent at the first order that it does not pay for whole.
                if taken < wanted { return (quantity, cost) }
            }
            if remaining == 0 { break }
        }
        return (quantity, cost)
    }

    /// Whether an order with this limit would meet an order of the other side.
    func crosses(_ side: Side, limit: Int64) -> Bool {
        switch side {
        case .buy: bestAsk.map { $0 <= limit } ?? false
        case .sell: bestBid.map { $0 >= limit } ?? false
        }
    }
}

// MARK: What changed

extension OrderBook {
    @inline(__always)
    private mutating func changed(_ side: Side, _ price: Int64) {
        updateID += 1
        if side == .buy {
            if changedBids.last != price { changedBids.append(price) }
            if changedBids.count >= changeLimit { changedBids = compacted(changedBids) }
        } else {
            if changedAsks.last != price { changedAsks.append(price) }
            if changedAsks.count >= changeLimit { changedAsks = compacted(changedAsks) }
        }
    }

    /// Without repeats. A book with more prices than the bound gets a larger one.
    private mutating func compacted(_ prices: [Int64]) -> [Int64] {
        let result = Self.sorted(prices)
        if result.count > changeLimit / 2 { changeLimit *= 2 }
        return result
    }

    private static func sorted(_ prices: [Int64]) -> [Int64] {
        var result: [Int64] = []
        for price in prices.sorted() where result.last != price { result.append(price) }
        return result
    }

    /// The prices whose quantity changed since the last call, bids falling and asks rising.
    mutating func takeChanges() -> (bids: [Int64], asks: [Int64]) {
        let result = (Self.sorted(changedBids).reversed() as [Int64], Self.sorted(changedAsks))
        changedBids.removeAll(keepingCapacity: true)
        changedAsks.removeAll(keepingCapacity: true)
        return result
    }
}
