import Market
import Testing

@testable import TestExchange

@Suite struct CancelingTests {
    private func cancel(
        _ reference: OrderReference, _ bourse: Bourse, restriction: CancelRestriction? = nil,
        by account: AccountID = Bourse.alice
    ) throws -> CancelResult {
        try bourse.core.cancel(
            reference, market: Bourse.market, account: account, cancelClientOrderID: "cancel",
            restriction: restriction, now: bourse.now)
    }

    @Test func `a cancel gives the funds back and tells both client ids`() throws {
        let bourse = try Bourse()
        var order = bourse.limit(.buy, 2, at: 90)
        order.clientOrderID = "mine"
        let placed = try bourse.place(order)
        _ = bourse.core.drainEvents()
        guard case .order(let canceled) = try cancel(OrderReference(id: placed.order.id), bourse) else {
            Issue.record("an order was expected")
            return
        }
        #expect(canceled.order.status == .canceled && canceled.order.clientOrderID == "mine")
        #expect(canceled.cancelClientOrderID == "cancel")
        #expect(bourse.locked(Bourse.quote).isZero && bourse.free(Bourse.quote) == 100_000_000)
        let events = bourse.core.drainEvents()
        guard case .execution(let report) = events.first else {
            Issue.record("a report was expected")
            return
        }
        #expect(report.kind == .canceled && report.clientOrderID == "cancel")
        #expect(report.originalClientOrderID == "mine")
        #expect(!report.isOnBook)
        guard case .accountPosition(let position) = events.last else {
            Issue.record("a position was expected")
            return
        }
        #expect(position.balances.map(\.asset) == [Bourse.quote])
    }

    @Test func `only an open order of one's own can be canceled`() throws {
        let bourse = try Bourse()
        let placed = try bourse.place(bourse.limit(.buy, 2, at: 90))
        let reference = OrderReference(id: placed.order.id)
        #expect(bourse.refusal { try cancel(reference, bourse, by: Bourse.bob) } == .unknownOrder)
        #expect(bourse.refusal { try cancel(OrderReference(id: OrderID(99)), bourse) }?.code == -2011)
        #expect(bourse.refusal { try cancel(OrderReference(), bourse) }?.code == -1102)
        #expect(
            bourse.refusal { try cancel(OrderReference(id: placed.order.id, clientOrderID: "else"), bourse) }
                == .unknownOrder)
        _ = try cancel(reference, bourse)
        #expect(bourse.refusal { try cancel(reference, bourse) } == .unknownOrder)
    }

    @Test func `restrictions hold a cancel back`() throws {
        let bourse = try Bourse()
        let placed = try bourse.place(bourse.limit(.buy, 2, at: 90))
        let reference = OrderReference(id: placed.order.id)
        let refusal = bourse.refusal { try cancel(reference, bourse, restriction: .onlyPartiallyFilled) }
        #expect(refusal?.text == "Order was not canceled due to cancel restrictions.")
        try bourse.place(bourse.limit(.sell, 1, at: 90), by: Bourse.bob)
        #expect(bourse.refusal { try cancel(reference, bourse, restriction: .onlyNew) }?.code == -2011)
        #expect(throws: Never.self) { try cancel(reference, bourse, restriction: .onlyPartiallyFilled) }
    }

    @Test func `all orders of a market go at once, lists as lists`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 2, at: 90))
        _ = try bourse.core.placeList(
            .oto(working: bourse.limit(.buy, 2, at: 89), pending: bourse.limit(.sell, 1, at: 120)),
            account: Bourse.alice, now: bourse.now)
        let results = try bourse.core.cancelAll(market: Bourse.market, account: Bourse.alice, now: bourse.now)
        #expect(results.count == 2)
        guard case .list(_, let orders) = results[1] else {
            Issue.record("a list was expected")
            return
        }
        #expect(orders.count == 2)
        #expect(bourse.locked(Bourse.quote).isZero)
        let none = bourse.refusal {
            try bourse.core.cancelAll(market: Bourse.market, account: Bourse.alice, now: bourse.now)
        }
        #expect(none == .unknownOrder)
    }

    @Test(arguments: ReplacedOrder.Mode.allCases)
    func `a replacement goes on as its mode says when the cancel fails`(mode: ReplacedOrder.Mode) throws {
        let bourse = try Bourse()
        let replaced = bourse.core.cancelReplace(
            OrderReference(id: OrderID(5)), with: bourse.limit(.buy, 1, at: 90), mode: mode,
            account: Bourse.alice, now: bourse.now)
        guard case .failure(.unknownOrder) = replaced.cancel else {
            Issue.record("a refusal was expected")
            return
        }
        let open = try bourse.core.openOrders(market: nil, account: Bourse.alice)
        #expect(open.count == (mode == .allowFailure ? 1 : 0))
        #expect((replaced.placement == nil) == (mode == .stopOnFailure))
    }

    @Test func `a replacement that is refused leaves the cancel done`() throws {
        let bourse = try Bourse()
        let placed = try bourse.place(bourse.limit(.buy, 1, at: 90))
        let replaced = bourse.core.cancelReplace(
            OrderReference(id: placed.order.id), with: bourse.limit(.buy, 1, at: decimal("90.001")),
            mode: .stopOnFailure, account: Bourse.alice, now: bourse.now)
        #expect(throws: Never.self) { try replaced.cancel?.get() }
        #expect(throws: ExchangeRefusal.filter("PRICE_FILTER")) { try replaced.placement?.get() }
        #expect(try bourse.order(placed).status == .canceled)
    }

    @Test func `an amended order is smaller and keeps its place`() throws {
        let bourse = try Bourse()
        let first = try bourse.place(bourse.limit(.buy, 5, at: 90))
        let second = try bourse.place(bourse.limit(.buy, 5, at: 90), by: Bourse.carol)
        let amended = try bourse.core.amend(
            OrderReference(id: first.order.id), market: Bourse.market, newQuantity: 2, newClientOrderID: "smaller",
            account: Bourse.alice, now: bourse.now)
        #expect(amended.order.quantity == 2 && amended.order.clientOrderID == "smaller")
        #expect(amended.originalQuantity == 5 && amended.originalClientOrderID == first.order.clientOrderID)
        #expect(bourse.locked(Bourse.quote) == 180)
        try bourse.place(bourse.limit(.sell, 2, at: 90), by: Bourse.bob)
        #expect(try bourse.order(first).status == .filled)
        #expect(try bourse.order(second).executedQuantity.isZero)
        let history = try bourse.core.amendments(
            market: Bourse.market, order: first.order.id, account: Bourse.alice)
        #expect(history.map(\.newQuantity) == [2])
    }

    @Test func `an order cannot be made larger, nor smaller than what it traded`() throws {
        let bourse = try Bourse()
        let placed = try bourse.place(bourse.limit(.buy, 5, at: 90))
        try bourse.place(bourse.limit(.sell, 2, at: 90), by: Bourse.bob)
        func amend(_ quantity: FixedDecimal) -> ExchangeRefusal? {
            bourse.refusal {
                try bourse.core.amend(
                    OrderReference(id: placed.order.id), market: Bourse.market, newQuantity: quantity,
                    account: Bourse.alice, now: bourse.now)
            }
        }
        #expect(amend(5)?.text == "Order amend (quantity increase) is not supported.")
        #expect(amend(2)?.code == -2038)
        #expect(amend(decimal("3.0001"))?.text == "Filter failure: LOT_SIZE")
        #expect(amend(3) == nil)
    }
}
