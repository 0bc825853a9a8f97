import Market
import Testing

@testable import TestExchange

@Suite struct HouseTests {
    private func bourse(levels: Int = 3, perLevel: FixedDecimal = 2, refill: Int64 = 0) throws -> Bourse {
        var house = HouseSettings(quantityPerLevel: perLevel)
        house.levels = levels
        house.refillDelay = refill
        return try Bourse(house: house)
    }

    @Test func `the house quotes around the reference price and moves with it`() throws {
        let bourse = try bourse()
        let first = bourse.core.depth(Bourse.market)
        #expect(first.bids.map(\.price) == [decimal("99.99"), decimal("99.98"), decimal("99.97")])
        #expect(first.asks.map(\.price) == [decimal("100.01"), decimal("100.02"), decimal("100.03")])
        try bourse.core.setPrice(120, of: Bourse.market, now: bourse.now)
        let second = bourse.core.depth(Bourse.market)
        #expect(second.bids.first?.price == decimal("119.99") && second.bids.count == 3)
        #expect(second.asks.first?.price == decimal("120.01") && second.asks.count == 3)
        #expect(bourse.core.lastPrice(Bourse.market) == 120)
    }

    @Test func `a market order larger than the depth fills in part; the depth comes back with time`() throws {
        let bourse = try bourse(refill: 100)
        let order = NewOrder(market: Bourse.market, side: .buy, kind: .market, quantity: 10)
        let placed = try bourse.place(order)
        #expect(placed.order.status == .expired && placed.order.executedQuantity == 6)
        #expect(placed.fills.map(\.price) == [decimal("100.01"), decimal("100.02"), decimal("100.03")])
        bourse.core.advance(to: Timestamp(milliseconds: bourse.now.milliseconds + 99))
        #expect(bourse.core.bookTicker(Bourse.market).ask == nil)
        bourse.core.advance(to: Timestamp(milliseconds: bourse.now.milliseconds + 100))
        #expect(bourse.core.bookTicker(Bourse.market).ask?.quantity == 2)
        let flow = bourse.core.houseFlow
        #expect(flow[Bourse.base] == -6 && flow[Bourse.quote] == placed.order.executedQuote)
    }

    @Test func `resting orders fill whole when the price goes through them, and never beyond their limit`() throws {
        let bourse = try bourse()
        let bid = try bourse.place(bourse.limit(.buy, 50, at: 98))
        let ask = try bourse.place(bourse.limit(.sell, 50, at: 102))
        try bourse.core.setPrice(decimal("98.01"), volume: 1, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(bid).status == .new)
        try bourse.core.setPrice(97, volume: 1, of: Bourse.market, now: bourse.now)
        let filled = try bourse.order(bid)
        #expect(filled.status == .filled && filled.executedQuote == 4900)
        try bourse.core.setPrice(103, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(ask).executedQuote == 5100)
        let trades = try bourse.core.trades(TradeHistoryQuery(market: Bourse.market), account: Bourse.alice)
        #expect(trades.map(\.isMaker) == [true, true])
    }

    @Test(arguments: [true, false])
    func `a touch fills as much as was traded there, if it is to`(fills: Bool) throws {
        let bourse = try bourse()
        var house = HouseSettings(quantityPerLevel: 2)
        house.fillsAtTouch = fills
        try bourse.core.setHouse(house, of: Bourse.market, now: bourse.now)
        let bid = try bourse.place(bourse.limit(.buy, 5, at: 98))
        try bourse.core.setPrice(98, volume: 2, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(bid).executedQuantity == (fills ? 2 : 0))
        let depth = bourse.core.depth(Bourse.market)
        #expect(depth.asks.first?.price == decimal("98.01"))
    }

    @Test func `forced partial fills leave the rest of a limit order in the book for a while`() throws {
        let bourse = try bourse()
        bourse.core.forcePartialFills(fraction: decimal("0.25"), orders: 1, hold: 500)
        let placed = try bourse.place(bourse.limit(.buy, 4, at: decimal("100.05")))
        #expect(placed.order.status == .partiallyFilled && placed.order.executedQuantity == 1)
        // The price moves below: the house keeps away until the time is over.
        try bourse.core.setPrice(99, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(placed).executedQuantity == 1)
        let ticker = bourse.core.bookTicker(Bourse.market)
        #expect(ticker.bid?.price == decimal("100.05") && ticker.ask?.price == decimal("100.06"))
        bourse.now.milliseconds += 501
        try bourse.core.setPrice(99, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(placed).status == .filled)
        let next = try bourse.place(bourse.limit(.buy, 2, at: decimal("99.01")))
        #expect(next.order.status == .filled, "only one order was to be cut")
    }

    @Test func `a forced partial fill of a market order expires the rest`() throws {
        let bourse = try bourse()
        bourse.core.forcePartialFills(fraction: decimal("0.5"), orders: 5, account: Bourse.bob)
        let order = NewOrder(market: Bourse.market, side: .sell, kind: .market, quantity: 2)
        #expect(try bourse.place(order).order.status == .filled, "the fault is for another account")
        bourse.core.advance(to: bourse.now)
        let cut = try bourse.place(order, by: Bourse.bob)
        #expect(cut.order.status == .expired && cut.order.executedQuantity == 1)
    }

    @Test func `what fills whole or not at all is never cut`() throws {
        let bourse = try bourse()
        bourse.core.forcePartialFills(fraction: decimal("0.5"), orders: 5)
        let placed = try bourse.place(bourse.limit(.buy, 2, at: decimal("100.02"), .fillOrKill))
        #expect(placed.order.status == .filled)
    }

    @Test func `a halted market sees prices but trades nothing`() throws {
        let bourse = try bourse()
        let bid = try bourse.place(bourse.limit(.buy, 1, at: 98))
        try bourse.core.setStatus(.halt, of: Bourse.market, now: bourse.now)
        try bourse.core.setPrice(90, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(bid).status == .new)
        #expect(bourse.core.recentTrades(Bourse.market).isEmpty)
        try bourse.core.setStatus(.trading, of: Bourse.market, now: bourse.now)
        try bourse.core.setPrice(90, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(bid).status == .filled)
    }
}
