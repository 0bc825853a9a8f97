import Market
import TestSupport
import Testing

@testable import TestExchange

@Suite struct OrderBookTests {
    /// One random step: a new order, a cancel or a reduction, done to both books.
    private struct Session {
        var random: SeededNumbers
        var book = OrderBook()
        var naive = NaiveBook()
        var nextID: Int64 = 1
        var offered: Int64 = 0
        var traded: Int64 = 0

        mutating func taker() -> BookTaker {
            let side: Side = random.chance(50) ? .buy : .sell
            let isMarket = random.chance(10)
            var taker = BookTaker(
                side: side, owner: Int32(random.below(4)), limit: isMarket ? nil : Int64(90 + random.below(20)),
                quantity: Int64(1 + random.below(50)),
                prevention: SelfTradePrevention.allCases[random.below(SelfTradePrevention.allCases.count)])
            if isMarket, random.chance(50) { taker.budget = Int128(random.below(4000)) }
            return taker
        }

        mutating func step() {
            let known = naive.orders.count
            if known > 0, random.chance(25) {
                let id = naive.orders[random.below(known)].id
                #expect(book.remove(id) == naive.orders.first { $0.id == id }?.quantity)
                naive.orders.removeAll { $0.id == id }
            } else if known > 0, random.chance(10) {
                let at = random.below(known)
                guard naive.orders[at].quantity > 1 else { return }
                naive.orders[at].quantity -= 1
                book.reduce(naive.orders[at].id, to: naive.orders[at].quantity)
            } else {
                place(taker())
            }
        }

        mutating func place(_ taker: BookTaker) {
            let foreseen = book.available(taker)
            let outcome = book.match(taker)
            let expected = naive.take(taker)
            let trades = book.matches.filter { $0.kind == .trade }
            #expect(
                trades.map { NaiveBook.Trade(maker: $0.makerID, price: $0.price, quantity: $0.quantity) }
                    == expected.trades)
            #expect(outcome.remaining == expected.remaining)
            #expect(outcome.takerIsPrevented == expected.isPrevented)
            #expect(foreseen.quantity == trades.reduce(0) { $0 + $1.quantity })
            #expect(foreseen.cost == trades.reduce(0) { $0 + Int128($1.price) * Int128($1.quantity) })
            let lost = book.matches.reduce(0) { $0 + $1.takerLoss }
            #expect(outcome.remaining + foreseen.quantity + lost == taker.quantity)
            guard let limit = taker.limit, outcome.remaining > 0 else { return }
            let order = NaiveBook.Order(
                id: nextID, owner: taker.owner, side: taker.side, price: limit, quantity: outcome.remaining)
            nextID += 1
            naive.orders.append(order)
            book.add(
                id: order.id, owner: order.owner, side: order.side, price: order.price, quantity: order.quantity)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `matches in the order of price and then time, as a plain list of orders does`(seed: UInt64) {
        var session = Session(random: SeededNumbers(seed: seed))
        for step in 0..<1500 {
            session.step()
            if let bid = session.book.bestBid, let ask = session.book.bestAsk {
                #expect(bid < ask, "crossed at step \(step) of seed \(seed)")
            }
            guard step % 25 == 0 else { continue }
            for side in Side.allCases {
                let expected = session.naive.queue(side)
                let found = session.book.queue(side).map {
                    NaiveBook.Order(
                        id: $0.id, owner: $0.owner, side: $0.side, price: $0.price, quantity: $0.quantity)
                }
                #expect(found == expected, "side \(side) at step \(step) of seed \(seed)")
                let levels = session.book.levels(side, limit: 1000)
                let total = expected.reduce(0) { $0 + $1.quantity }
                #expect(levels.reduce(0) { $0 + $1.quantity } == total, "levels of seed \(seed)")
            }
            #expect(session.book.count == session.naive.orders.count)
        }
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func `tells each price whose quantity changed`(seed: UInt64) {
        var session = Session(random: SeededNumbers(seed: seed))
        var bids: [Int64: Int64] = [:]
        var asks: [Int64: Int64] = [:]
        for _ in 0..<40 {
            for _ in 0..<20 { session.step() }
            let changes = session.book.takeChanges()
            #expect(changes.bids == changes.bids.sorted(by: >) && Set(changes.bids).count == changes.bids.count)
            #expect(changes.asks == changes.asks.sorted() && Set(changes.asks).count == changes.asks.count)
            for price in changes.bids { bids[price] = session.book.quantity(.buy, at: price) }
            for price in changes.asks { asks[price] = session.book.quantity(.sell, at: price) }
            let shown = session.book.levels(.buy, limit: 1000)
            #expect(bids.filter { $0.value > 0 } == Dictionary(uniqueKeysWithValues: shown.map { ($0.0, $0.1) }))
            let offered = session.book.levels(.sell, limit: 1000)
            #expect(asks.filter { $0.value > 0 } == Dictionary(uniqueKeysWithValues: offered.map { ($0.0, $0.1) }))
        }
    }

    @Test func `finds orders by number after any mixture of insertions and removals`() {
        let seed: UInt64 = 99
        var random = SeededNumbers(seed: seed)
        var index = OrderIndex(capacity: 4)
        var plain: [Int64: Int32] = [:]
        for _ in 0..<20_000 {
            let key = Int64(random.below(600)) - 300
            if let slot = plain[key] {
                #expect(index.slot(of: key) == slot)
                if random.chance(60) {
                    index.remove(key)
                    plain[key] = nil
                }
            } else {
                #expect(index.slot(of: key) == nil, "seed \(seed)")
                let slot = Int32(random.below(1000))
                index.insert(key, slot: slot)
                plain[key] = slot
            }
            #expect(index.count == plain.count)
        }
        for (key, slot) in plain { #expect(index.slot(of: key) == slot) }
    }
}
