import Market
import Testing

@testable import TestExchange

@Suite struct PlacingTests {
    @Test func `a limit order locks its funds, trades at the maker's price and pays its commission in what it gets`()
        throws
    {
        let bourse = try Bourse()
        let ask = try bourse.place(bourse.limit(.sell, 2, at: 101), by: Bourse.bob)
        #expect(ask.order.status == .new)
        #expect(bourse.locked(Bourse.base, of: Bourse.bob) == 2)
        let bid = try bourse.place(bourse.limit(.buy, 3, at: 102))
        #expect(bid.order.status == .partiallyFilled)
        #expect(bid.fills.map(\.price) == [101])
        #expect(bid.fills.map(\.commission) == [decimal("0.002")])
        #expect(bid.fills.map(\.commissionAsset) == [Bourse.base])
        #expect(bid.order.executedQuote == 202)
        #expect(bourse.free(Bourse.base) == decimal("1000001.998"))
        #expect(bourse.locked(Bourse.quote) == 102)
        #expect(bourse.free(Bourse.quote) == decimal("99999696"))
        #expect(try bourse.order(ask).status == .filled)
        #expect(bourse.free(Bourse.quote, of: Bourse.bob) == decimal("100000201.798"))
    }

    @Test func `a market order by quote quantity spends no more than it may, in whole lots`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.sell, 1, at: 100), by: Bourse.bob)
        try bourse.place(bourse.limit(.sell, 5, at: 110), by: Bourse.bob)
        var order = NewOrder(market: Bourse.market, side: .buy, kind: .market)
        order.quoteQuantity = decimal("210.07")
        let placed = try bourse.place(order)
        #expect(placed.order.status == .filled)
        #expect(placed.fills.map(\.quantity) == [1, 1])
        #expect(placed.order.quantity == 2)
        #expect(placed.order.quoteOrderQuantity == decimal("210.07"))
        #expect(bourse.free(Bourse.quote) == 99_999_790)
        #expect(bourse.locked(Bourse.quote).isZero)
    }

    @Test func `a market order larger than the book fills in part and expires`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 1, at: 99), by: Bourse.bob)
        let placed = try bourse.place(NewOrder(market: Bourse.market, side: .sell, kind: .market, quantity: 3))
        #expect(placed.order.status == .expired)
        #expect(placed.order.executedQuantity == 1)
        #expect(placed.order.expiryReason == .insufficientLiquidity)
        #expect(bourse.locked(Bourse.base).isZero)
    }

    @Test(arguments: [
        (TimeInForce.goodTillCancel, OrderStatus.partiallyFilled, "1"), (.immediateOrCancel, .expired, "1"),
        (.fillOrKill, .expired, "0"),
    ])
    func `time in force decides what becomes of the rest`(
        force: TimeInForce, status: OrderStatus, executed: String
    ) throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.sell, 1, at: 100), by: Bourse.bob)
        let placed = try bourse.place(bourse.limit(.buy, 2, at: 100, force))
        #expect(placed.order.status == status)
        #expect(placed.order.executedQuantity == decimal(executed))
        let whole = try bourse.place(bourse.limit(.sell, 1, at: 99, force), by: Bourse.carol)
        #expect(whole.order.status == (force == .goodTillCancel ? .filled : .expired))
    }

    @Test(arguments: [
        (SelfTradePrevention.none, OrderStatus.filled, OrderStatus.filled),
        (.expireTaker, .expiredInMatch, .new), (.expireMaker, .new, .expiredInMatch),
        (.expireBoth, .expiredInMatch, .expiredInMatch), (.decrement, .expiredInMatch, .expiredInMatch),
    ])
    func `self-trade prevention ends what its mode says`(
        mode: SelfTradePrevention, taker: OrderStatus, maker: OrderStatus
    ) throws {
        let bourse = try Bourse()
        let resting = try bourse.place(bourse.limit(.sell, 1, at: 100))
        var order = bourse.limit(.buy, 1, at: 100)
        order.selfTradePrevention = mode
        let placed = try bourse.place(order)
        #expect(placed.order.status == taker)
        #expect(try bourse.order(resting).status == maker)
        #expect(placed.preventedMatches.count == (mode == .none ? 0 : 1))
        let known = try bourse.core.preventedMatches(market: Bourse.market, account: Bourse.alice)
        #expect(known == placed.preventedMatches)
    }

    @Test func `decrementing takes the smaller quantity from both`() throws {
        let bourse = try Bourse()
        let resting = try bourse.place(bourse.limit(.sell, 3, at: 100))
        var order = bourse.limit(.buy, 1, at: 100)
        order.selfTradePrevention = .decrement
        #expect(try bourse.place(order).order.status == .expiredInMatch)
        let left = try bourse.order(resting)
        #expect(left.status == .new && left.preventedQuantity == 1 && left.remainingQuantity == 2)
        #expect(bourse.locked(Bourse.base) == 2)
    }

    @Test func `a stop waits for the last price, then works as a market or a limit order`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 5, at: 94), by: Bourse.bob)
        let stop = try bourse.place(
            NewOrder(market: Bourse.market, side: .sell, kind: .stopLoss, quantity: 1, stopPrice: 95))
        let limited = try bourse.place(
            NewOrder(
                market: Bourse.market, side: .sell, kind: .stopLossLimit, timeInForce: .goodTillCancel, quantity: 1,
                price: 96, stopPrice: 95))
        #expect(!stop.order.isWorking && stop.order.status == .new)
        try bourse.core.setPrice(decimal("95.01"), of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(stop).status == .new)
        try bourse.core.setPrice(95, of: Bourse.market, now: bourse.now)
        let done = try bourse.order(stop)
        #expect(done.status == .filled && done.executedQuote == 94)
        let resting = try bourse.order(limited)
        #expect(resting.status == .new && resting.isWorking)
        #expect(bourse.core.bookTicker(Bourse.market).ask?.price == 96)
    }

    @Test(arguments: [
        (OrderKind.stopLoss, Side.sell, "101"), (.stopLoss, .buy, "99"), (.takeProfit, .sell, "99"),
        (.takeProfit, .buy, "101"), (.stopLoss, .sell, "100"),
    ])
    func `an order whose trigger has passed is refused`(kind: OrderKind, side: Side, stop: String) throws {
        let bourse = try Bourse()
        let order = NewOrder(
            market: Bourse.market, side: side, kind: kind, quantity: 1, stopPrice: decimal(stop))
        #expect(bourse.refusal { try bourse.place(order) } == .wouldTrigger)
    }

    @Test func `a trailing stop follows the price up and triggers on the way down`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 5, at: 80), by: Bourse.bob)
        let stop = try bourse.place(
            NewOrder(market: Bourse.market, side: .sell, kind: .stopLoss, quantity: 1, trailingDelta: 1000))
        for price in [110, 105, 120, 109] as [FixedDecimal] {
            try bourse.core.setPrice(price, of: Bourse.market, now: bourse.now)
            #expect(try bourse.order(stop).status == .new)
        }
        // 10 % below the best price of 120.
        try bourse.core.setPrice(108, of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(stop).status == .filled)
    }

    @Test func `a trailing stop with a stop price begins to follow there`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.sell, 5, at: 150), by: Bourse.bob)
        let stop = try bourse.place(
            NewOrder(
                market: Bourse.market, side: .buy, kind: .stopLoss, quantity: 1, stopPrice: 110, trailingDelta: 500))
        for price in [90, 96, 109, 110, 115, 105, decimal("110.24")] as [FixedDecimal] {
            try bourse.core.setPrice(price, of: Bourse.market, now: bourse.now)
            #expect(try bourse.order(stop).status == .new, "at \(price)")
        }
        // 5 % above 105, the lowest since 110 was reached.
        try bourse.core.setPrice(decimal("110.25"), of: Bourse.market, now: bourse.now)
        #expect(try bourse.order(stop).status == .filled)
        #expect(bourse.locked(Bourse.quote).isZero)
    }

    @Test func `a triggered buy without a limit takes what the account can pay`() throws {
        let bourse = try Bourse()
        try bourse.core.credit(-99_999_780, of: Bourse.quote, to: Bourse.alice, now: bourse.now)
        try bourse.place(bourse.limit(.sell, 5, at: 120), by: Bourse.bob)
        let stop = try bourse.place(
            NewOrder(market: Bourse.market, side: .buy, kind: .stopLoss, quantity: 2, stopPrice: 110))
        #expect(bourse.locked(Bourse.quote) == 220)
        try bourse.core.setPrice(110, of: Bourse.market, now: bourse.now)
        let order = try bourse.order(stop)
        #expect(order.status == .expired && order.executedQuantity == decimal("1.833"))
        #expect(bourse.free(Bourse.quote) == decimal("0.04"))
    }

    @Test func `a market without filters still refuses what no number could hold`() throws {
        let bourse = try Bourse {
            $0.filters = []
            $0.tick = 1
            $0.lot = 1
        }
        for price in [100, 1_000_000_000_000_000] as [FixedDecimal] {
            let order = bourse.limit(.buy, 1_000_000_000_000_000, at: price)
            #expect(bourse.refusal { try bourse.place(order) }?.text == "Filter failure: NOTIONAL")
        }
        try bourse.core.setPrice(1_000_000, volume: 1_000_000_000_000_000, of: Bourse.market, now: bourse.now)
        #expect(bourse.core.recentTrades(Bourse.market).first?.quoteQuantity == MarketRecord.mostValue)
    }

    @Test func `client ids are unique among open orders only`() throws {
        let bourse = try Bourse()
        var order = bourse.limit(.buy, 1, at: 90)
        order.clientOrderID = "mine"
        let first = try bourse.place(order)
        #expect(bourse.refusal { try bourse.place(order) } == .duplicateOrder)
        _ = try bourse.core.cancel(
            OrderReference(clientOrderID: "mine"), market: Bourse.market, account: Bourse.alice, now: bourse.now)
        let second = try bourse.place(order)
        #expect(second.order.id != first.order.id)
        let found = try bourse.core.order(
            OrderReference(clientOrderID: "mine"), market: Bourse.market, account: Bourse.alice)
        #expect(found.id == second.order.id)
    }

    @Test func `a closed market and a barred account take no order`() throws {
        let bourse = try Bourse()
        try bourse.core.setStatus(.halt, of: Bourse.market, now: bourse.now)
        #expect(bourse.refusal { try bourse.place(bourse.limit(.buy, 1, at: 90)) }?.code == -1013)
        #expect(bourse.refusal { try bourse.place(bourse.limit(.buy, 1, at: 90)) }?.text == "Market is closed.")
        try bourse.core.setStatus(.trading, of: Bourse.market, now: bourse.now)
        bourse.core.setMaintenance(true, now: bourse.now)
        #expect(bourse.refusal { try bourse.place(bourse.limit(.buy, 1, at: 90)) } == .marketClosed)
        bourse.core.setMaintenance(false, now: bourse.now)
        var settings = AccountSettings()
        settings.canTrade = false
        try bourse.core.setSettings(settings, of: Bourse.alice)
        #expect(bourse.refusal { try bourse.place(bourse.limit(.buy, 1, at: 90)) } == .noTrading)
        #expect(
            bourse.refusal {
                try bourse.core.place(bourse.limit(.buy, 1, at: 90), account: AccountID(9), now: bourse.now)
            }?
            .code == -2015)
    }

    @Test func `a check looks as closely and leaves nothing behind`() throws {
        let bourse = try Bourse()
        try bourse.core.check(bourse.limit(.buy, 1, at: 90), account: Bourse.alice, now: bourse.now)
        #expect(try bourse.core.openOrders(market: nil, account: Bourse.alice).isEmpty)
        #expect(bourse.locked(Bourse.quote).isZero)
        try bourse.core.credit(-99_999_911, of: Bourse.quote, to: Bourse.alice, now: bourse.now)
        let refusal = bourse.refusal {
            try bourse.core.check(bourse.limit(.buy, 1, at: 90), account: Bourse.alice, now: bourse.now)
        }
        #expect(refusal == .insufficientBalance)
    }
}
