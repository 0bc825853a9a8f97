import Market

@testable import TestExchange

/// What a book does, said as plainly as can be: one list of orders as they came, searched anew for each
/// match.
struct NaiveBook {
    struct Order: Equatable {
        var id: Int64
        var owner: Int32
        var side: Side
        var price: Int64
        var quantity: Int64
    }

    struct Trade: Equatable {
        var maker: Int64
        var price: Int64
        var quantity: Int64
    }

    var orders: [Order] = []

    /// The order that is first in line for a taker.
    func best(for side: Side) -> Int? {
        let candidates = orders.indices.filter { orders[$0].side != side }
        // `min` keeps the first of equal ones, which came first.
        return candidates.min { left, right in
            side == .buy ? orders[left].price < orders[right].price : orders[left].price > orders[right].price
        }
    }

    mutating func take(_ taker: BookTaker) -> (trades: [Trade], remaining: Int64, isPrevented: Bool) {
        var trades: [Trade] = []
        var remaining = taker.quantity
        var spent: Int128 = 0
        while remaining > 0, let at = best(for: taker.side) {
            let maker = orders[at]
            if let limit = taker.limit, taker.side == .buy ? maker.price > limit : maker.price < limit { break }
            if maker.owner == taker.owner, taker.prevention != .none {
                switch taker.prevention {
                case .none: break
                case .expireTaker: return (trades, 0, true)
                case .expireMaker: orders.remove(at: at)
                case .expireBoth:
                    orders.remove(at: at)
                    return (trades, 0, true)
                case .decrement:
                    let lost = min(remaining, maker.quantity)
                    remaining -= lost
                    if lost == maker.quantity { orders.remove(at: at) } else { orders[at].quantity -= lost }
                    if remaining == 0 { return (trades, 0, true) }
                }
                continue
            }
            var quantity = min(remaining, maker.quantity)
            if let budget = taker.budget {
                quantity = min(quantity, Int64((budget - spent) / Int128(maker.price)))
                if quantity == 0 { break }
                spent += Int128(quantity) * Int128(maker.price)
            }
            trades.append(Trade(maker: maker.id, price: maker.price, quantity: quantity))
            remaining -= quantity
            if quantity == maker.quantity { orders.remove(at: at) } else { orders[at].quantity -= quantity }
        }
        return (trades, remaining, false)
    }

    func queue(_ side: Side) -> [Order] {
        let mine = orders.enumerated().filter { $0.element.side == side }
        return mine.sorted { left, right in
            if left.element.price == right.element.price { return left.offset < right.offset }
            return side == .buy
                ? left.element.price > right.element.price : left.element.price < right.element.price
        }.map(\.element)
    }
}
