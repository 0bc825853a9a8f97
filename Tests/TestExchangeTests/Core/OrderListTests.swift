import Market
import Testing

@testable import TestExchange

@Suite struct OrderListTests {
    private func leg(
        _ kind: OrderKind, _ side: Side, price: FixedDecimal? = nil, stop: FixedDecimal? = nil,
        quantity: FixedDecimal = 2
    ) -> NewOrder {
        NewOrder(
            market: Bourse.market, side: side, kind: kind,
            timeInForce: kind.hasPrice && kind != .limitMaker ? .goodTillCancel : nil, quantity: quantity,
            price: price, stopPrice: stop)
    }

    private func sellPair(_ bourse: Bourse) throws -> PlacedOrderList {
        try bourse.core.placeList(
            .oco(above: leg(.limitMaker, .sell, price: 110), below: leg(.stopLoss, .sell, stop: 90)),
            clientOrderID: "pair", account: Bourse.alice, now: bourse.now)
    }

    private func state(_ order: ExchangeOrder, _ bourse: Bourse) throws -> ExchangeOrder {
        try bourse.core.order(OrderReference(id: order.id), market: Bourse.market, account: Bourse.alice)
    }

    @Test func `a pair locks its funds once`() throws {
        let bourse = try Bourse()
        let placed = try sellPair(bourse)
        #expect(placed.list.contingency == .oneCancelsOther && placed.list.status == .executing)
        #expect(placed.orders.map(\.isWorking) == [true, false])
        #expect(placed.orders.allSatisfy { $0.listID == placed.list.id })
        #expect(bourse.locked(Bourse.base) == 2)
        let buying = try bourse.core.placeList(
            .oco(
                above: leg(.stopLossLimit, .buy, price: 112, stop: 111), below: leg(.limitMaker, .buy, price: 95)),
            account: Bourse.bob, now: bourse.now)
        #expect(bourse.locked(Bourse.quote, of: Bourse.bob) == 224, "the dearer leg's funds")
        #expect(buying.list.clientOrderID.count == 22)
    }

    @Test func `the limit leg's first fill ends the stop, which ends the list`() throws {
        let bourse = try Bourse()
        let placed = try sellPair(bourse)
        _ = bourse.core.drainEvents()
        try bourse.place(bourse.limit(.buy, 1, at: 110), by: Bourse.bob)
        let stop = try state(placed.orders[1], bourse)
        #expect(stop.status == .expired && stop.expiryReason == .ocoTrigger)
        #expect(try state(placed.orders[0], bourse).status == .partiallyFilled)
        #expect(bourse.locked(Bourse.base) == 1)
        #expect(try bourse.core.openOrderLists(account: Bourse.alice).count == 1)
        try bourse.place(bourse.limit(.buy, 1, at: 110), by: Bourse.bob)
        #expect(try bourse.core.orderList(id: placed.list.id, account: Bourse.alice).status == .done)
        let told = bourse.core.drainEvents().compactMap { event -> OrderListState? in
            if case .listStatus(let list) = event { list } else { nil }
        }
        #expect(told.map(\.progress) == [.done])
    }

    @Test func `the stop's trigger ends the limit leg`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 5, at: 89), by: Bourse.bob)
        let placed = try sellPair(bourse)
        try bourse.core.setPrice(90, of: Bourse.market, now: bourse.now)
        #expect(try state(placed.orders[0], bourse).status == .expired)
        let stop = try state(placed.orders[1], bourse)
        #expect(stop.status == .filled && stop.executedQuote == 178)
        #expect(bourse.locked(Bourse.base).isZero)
        #expect(bourse.core.bookTicker(Bourse.market).ask == nil)
    }

    @Test func `cancelling one leg cancels the list`() throws {
        let bourse = try Bourse()
        let placed = try sellPair(bourse)
        let result = try bourse.core.cancel(
            OrderReference(id: placed.orders[1].id), market: Bourse.market, account: Bourse.alice,
            cancelClientOrderID: "away", now: bourse.now)
        guard case .list(let list, let orders) = result else {
            Issue.record("a list was expected, found \(result)")
            return
        }
        #expect(list.status == .done && orders.map(\.order.status) == [.canceled, .canceled])
        #expect(orders.allSatisfy { $0.cancelClientOrderID == "away" })
        #expect(bourse.locked(Bourse.base).isZero)
        #expect(try bourse.core.openOrders(market: nil, account: Bourse.alice).isEmpty)
        let again = bourse.refusal {
            try bourse.core.cancelList(
                id: placed.list.id, market: Bourse.market, account: Bourse.alice, now: bourse.now)
        }
        #expect(again == .unknownOrder)
    }

    @Test func `lists are found by number, client id and time`() throws {
        let bourse = try Bourse()
        let first = try sellPair(bourse)
        bourse.now.milliseconds += 5000
        let second = try bourse.core.placeList(
            .oto(working: bourse.limit(.buy, 1, at: 90), pending: leg(.limitMaker, .sell, price: 120)),
            account: Bourse.alice, now: bourse.now)
        let core = bourse.core
        #expect(try core.orderList(id: nil, clientOrderID: "pair", account: Bourse.alice).id == first.list.id)
        #expect(
            bourse.refusal { try core.orderList(id: OrderListID(9), account: Bourse.alice) } == .noSuchOrderList)
        func all(_ query: OrderListHistoryQuery) throws -> [OrderListID] {
            try core.allOrderLists(query, account: Bourse.alice).map(\.id)
        }
        #expect(try all(.init(from: second.list.id)) == [second.list.id])
        #expect(try all(.init(start: bourse.now)) == [second.list.id])
        #expect(try all(.init(end: Bourse.start)) == [first.list.id])
        #expect(try all(.init(limit: 1)) == [second.list.id])
        #expect(core.orders(of: second.list).map(\.status) == [.new, .pendingNew])
        let taken = bourse.refusal { try sellPair(bourse) }
        #expect(taken == .duplicateOrder, "a list's client id is unique among open lists")
    }

    @Test func `both legs of a pair shrink together`() throws {
        let bourse = try Bourse()
        let placed = try sellPair(bourse)
        _ = bourse.core.drainEvents()
        let amended = try bourse.core.amend(
            OrderReference(id: placed.orders[1].id), market: Bourse.market, newQuantity: 1, newClientOrderID: "new",
            account: Bourse.alice, now: bourse.now)
        #expect(try state(placed.orders[0], bourse).quantity == 1)
        #expect(bourse.locked(Bourse.base) == 1)
        #expect(amended.list?.progress == .updated && amended.list?.members[1].clientOrderID == "new")
        let told = bourse.core.drainEvents().compactMap { event -> Int64? in
            if case .execution(let report) = event, report.kind == .replaced { report.executionID } else { nil }
        }
        #expect(told.count == 2 && told.last == amended.executionID)
    }

    @Test func `the old form says the same as the new one`() throws {
        let bourse = try Bourse()
        let old = NewOrderList.OldForm(
            market: Bourse.market, side: .buy, quantity: 2, price: 95, stopPrice: 105)
        let placed = try bourse.core.placeList(NewOrderList(old), account: Bourse.alice, now: bourse.now)
        #expect(placed.orders.map(\.kind) == [.stopLoss, .limitMaker])
        #expect(placed.orders.map(\.price) == [0, 95])
    }

    @Test(arguments: [
        (OrderKind.limitMaker, OrderKind.limitMaker, Side.sell, -1168), (.stopLoss, .limitMaker, .sell, -1166),
        (.limitMaker, .stopLoss, .buy, -1165), (.stopLoss, .takeProfit, .sell, -1197),
        (.takeProfit, .stopLoss, .buy, -1196), (.limit, .stopLoss, .sell, -1158),
    ])
    func `legs that do not fit are refused`(above: OrderKind, below: OrderKind, side: Side, code: Int) throws {
        let bourse = try Bourse()
        let refusal = bourse.refusal {
            try bourse.core.placeList(
                .oco(
                    above: leg(above, side, price: above.hasPrice ? 110 : nil, stop: above.isConditional ? 110 : nil),
                    below: leg(below, side, price: below.hasPrice ? 90 : nil, stop: below.isConditional ? 90 : nil)),
                account: Bourse.alice, now: bourse.now)
        }
        #expect(refusal?.code == code)
    }

    @Test func `the last price must lie between the legs`() throws {
        let bourse = try Bourse()
        let refusal = bourse.refusal {
            try bourse.core.placeList(
                .oco(above: leg(.limitMaker, .sell, price: 110), below: leg(.stopLoss, .sell, stop: 101)),
                account: Bourse.alice, now: bourse.now)
        }
        #expect(refusal == .wrongPrices)
        #expect(bourse.locked(Bourse.base).isZero)
    }

    @Test func `a pending order is placed when the working one is filled whole`() throws {
        let bourse = try Bourse()
        let placed = try bourse.core.placeList(
            .oto(working: bourse.limit(.buy, 2, at: 99), pending: leg(.limitMaker, .sell, price: 120, quantity: 1)),
            account: Bourse.alice, now: bourse.now)
        #expect(placed.orders.map(\.status) == [.new, .pendingNew])
        #expect(bourse.locked(Bourse.base).isZero)
        try bourse.place(bourse.limit(.sell, 1, at: 99), by: Bourse.bob)
        #expect(try state(placed.orders[1], bourse).status == .pendingNew)
        try bourse.place(bourse.limit(.sell, 1, at: 99), by: Bourse.bob)
        #expect(try state(placed.orders[1], bourse).status == .new)
        #expect(bourse.locked(Bourse.base) == 1)
    }

    @Test func `a filled entry puts its stop and target to work as a pair`() throws {
        let bourse = try Bourse()
        let placed = try bourse.core.placeList(
            .otoco(
                working: bourse.limit(.buy, 2, at: 99), pendingAbove: leg(.limitMaker, .sell, price: 110),
                pendingBelow: leg(.stopLossLimit, .sell, price: 89, stop: 90)),
            account: Bourse.alice, now: bourse.now)
        #expect(placed.list.contingency == .oneTriggersOther)
        try bourse.place(bourse.limit(.sell, 2, at: 99), by: Bourse.bob)
        #expect(try state(placed.orders[1], bourse).isWorking)
        #expect(try state(placed.orders[2], bourse).status == .new)
        #expect(bourse.locked(Bourse.base) == 2)
        try bourse.place(bourse.limit(.buy, 2, at: 110), by: Bourse.bob)
        #expect(try state(placed.orders[1], bourse).status == .filled)
        #expect(try state(placed.orders[2], bourse).status == .expired)
        #expect(try bourse.core.orderList(id: placed.list.id, account: Bourse.alice).status == .done)
    }

    @Test func `pending orders end with a working order that ends unfilled`() throws {
        let bourse = try Bourse()
        let placed = try bourse.core.placeList(
            .oto(
                working: bourse.limit(.buy, 2, at: 99, .immediateOrCancel),
                pending: leg(.limitMaker, .sell, price: 120)), account: Bourse.alice, now: bourse.now)
        #expect(placed.list.status == .done)
        #expect(placed.orders.map(\.status) == [.expired, .expired])
        #expect(placed.orders[1].expiryReason == .otoPhaseOneExpired)
    }

    @Test func `a pending order that cannot be paid is rejected and said so`() throws {
        let bourse = try Bourse()
        try bourse.core.credit(-1_000_000, of: Bourse.base, to: Bourse.alice, now: bourse.now)
        // The commission is taken from what was bought: two are not there to sell.
        let placed = try bourse.core.placeList(
            .oto(working: bourse.limit(.buy, 2, at: 99), pending: leg(.limitMaker, .sell, price: 120)),
            account: Bourse.alice, now: bourse.now)
        _ = bourse.core.drainEvents()
        try bourse.place(bourse.limit(.sell, 2, at: 99), by: Bourse.bob)
        #expect(try state(placed.orders[1], bourse).status == .rejected)
        let reasons = bourse.core.drainEvents().compactMap { event -> String? in
            if case .execution(let report) = event, report.kind == .rejected { report.rejectReason } else { nil }
        }
        #expect(reasons == ["INSUFFICIENT_BALANCE"])
    }
}
