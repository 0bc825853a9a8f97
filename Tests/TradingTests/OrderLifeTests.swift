import Market
import Testing
import Wording

@testable import Trading

/// What a live broker can do to orders: partial fills, late and doubled reports, races between cancel and fill.
@Suite struct OrderLifeTests {
    private static func core(_ market: MarketKind = .spot) throws -> TradingCore {
        try TradingCore(
            TradingSettings(symbol: Symbol("BTC/USDT"), market: market, orderPrefix: "s1"), cash: Money(1000))
    }

    private static let point = DecisionPoint(time: Timestamp(milliseconds: 60_000), index: 4, close: 100)

    private static func fill(
        _ id: String, of order: OrderID, _ side: Side, _ quantity: FixedDecimal, at price: FixedDecimal
    ) -> Fill {
        Fill(
            id: FillID(id), order: order, side: side, price: Price(price), quantity: Quantity(quantity), fee: .zero,
            time: Timestamp(milliseconds: 61_000), index: 5, isMaker: false)
    }

    private static func placed(_ actions: [TradingAction]) -> [Order] {
        actions.compactMap { if case .place(let order) = $0 { order } else { nil } }
    }

    private static func cancelled(_ actions: [TradingAction]) -> [OrderID] {
        actions.compactMap { if case .cancel(let id) = $0 { id } else { nil } }
    }

    private static func conflicts(_ actions: [TradingAction]) -> Int {
        actions.count { if case .journal(let entry) = $0 { entry.kind == .conflict } else { false } }
    }

    private static let entry = Intent.enter(
        EntryIntent(.long, size: .value(500), stop: .distance(0.02), target: .distance(0.04)))

    @Test("an order goes from pending over open and partially filled to filled")
    func states() throws {
        var core = try Self.core()
        let order = try #require(Self.placed(core.handle(.intents([Self.entry], at: Self.point))).first)
        #expect(order.clientID.text == "s1-1")
        #expect(core.orders.map(\.state) == [.pendingNew])
        _ = core.handle(.orderAccepted(order.id))
        #expect(core.orders.map(\.state) == [.open])
        let first = core.handle(.filled(Self.fill("a", of: order.id, .buy, 2, at: 100)))
        #expect(core.orders.first?.state == .partiallyFilled)
        #expect(Self.placed(first).map(\.role) == [.stop, .target])
        #expect(Self.placed(first).map(\.quantity) == [Quantity(2), Quantity(2)])
        let second = core.handle(.filled(Self.fill("b", of: order.id, .buy, 3, at: 100)))
        #expect(core.orders.map(\.role) == [.stop, .target])
        #expect(core.orders.map(\.quantity) == [Quantity(5), Quantity(5)])
        let amended = second.compactMap { if case .amend(let order) = $0 { order.clientID.text } else { nil } }
        #expect(amended == ["s1-2-1", "s1-3-1"])
        #expect(core.ledger.lots.map(\.quantity) == [Quantity(5)])
        #expect(core.ledger.cash == Money(500))
    }

    @Test("a fill that is told twice is booked once, before and after the order's end")
    func doubledFill() throws {
        var core = try Self.core()
        let order = try #require(Self.placed(core.handle(.intents([Self.entry], at: Self.point))).first)
        for id in ["a", "a", "b", "b", "a"] {
            _ = core.handle(.filled(Self.fill(id, of: order.id, .buy, FixedDecimal("2.5")!, at: 100)))
        }
        #expect(core.ledger.quantity == Quantity(5))
        #expect(core.ledger.cash == Money(500))
    }

    @Test("a fill that comes before the acceptance counts, and the acceptance does not undo it")
    func fillBeforeAcceptance() throws {
        var core = try Self.core()
        let order = try #require(Self.placed(core.handle(.intents([Self.entry], at: Self.point))).first)
        _ = core.handle(.filled(Self.fill("a", of: order.id, .buy, 2, at: 100)))
        _ = core.handle(.orderAccepted(order.id))
        #expect(core.orders.first?.state == .partiallyFilled)
    }

    @Test("a fill wins the race against a cancel that is in flight")
    func cancelRace() throws {
        var core = try Self.core()
        let buy = OrderIntent(.buy, size: .quantity(2), limit: 95)
        let order = try #require(Self.placed(core.handle(.intents([.submit(buy)], at: Self.point))).first)
        _ = core.handle(.orderAccepted(order.id))
        let asked = core.handle(.intents([.cancel(order.id)], at: Self.point))
        #expect(Self.cancelled(asked) == [order.id])
        #expect(core.orders.map(\.state) == [.cancelInFlight])
        #expect(Self.cancelled(core.handle(.intents([.cancel(order.id)], at: Self.point))).isEmpty)
        _ = core.handle(.filled(Self.fill("a", of: order.id, .buy, 1, at: 95)))
        #expect(core.orders.map(\.state) == [.cancelInFlight])
        _ = core.handle(.filled(Self.fill("b", of: order.id, .buy, 1, at: 95)))
        #expect(core.orders.isEmpty)
        _ = core.handle(.cancelRejected(order.id, Message("too late", fr: "trop tard")))
        #expect(core.ledger.quantity == Quantity(2))
    }

    @Test("a cancel that fails leaves the order as it was")
    func cancelRejected() throws {
        var core = try Self.core()
        let buy = OrderIntent(.buy, size: .quantity(2), limit: 95)
        let order = try #require(Self.placed(core.handle(.intents([.submit(buy)], at: Self.point))).first)
        _ = core.handle(.orderAccepted(order.id))
        _ = core.handle(.intents([.cancel(order.id)], at: Self.point))
        let actions = core.handle(.cancelRejected(order.id, Message("busy", fr: "occupé")))
        #expect(core.orders.map(\.state) == [.open])
        #expect(Self.conflicts(actions) == 1)
    }

    @Test("a fill that is told after the cancel is booked all the same")
    func lateFill() throws {
        var core = try Self.core()
        let buy = OrderIntent(.buy, size: .quantity(2), limit: 95, stop: 90)
        let order = try #require(Self.placed(core.handle(.intents([.submit(buy)], at: Self.point))).first)
        _ = core.handle(.intents([.cancel(order.id)], at: Self.point))
        _ = core.handle(.orderCancelled(order.id, nil))
        #expect(core.orders.isEmpty)
        let actions = core.handle(.filled(Self.fill("a", of: order.id, .buy, 2, at: 95)))
        #expect(core.ledger.quantity == Quantity(2))
        #expect(Self.placed(actions).map(\.role) == [.stop])
        #expect(core.handle(.filled(Self.fill("a", of: order.id, .buy, 2, at: 95))).isEmpty)
    }

    @Test("the fill of an order that nobody knows changes nothing and is reported")
    func unknownFill() throws {
        var core = try Self.core()
        let actions = core.handle(.filled(Self.fill("a", of: OrderID(77), .buy, 2, at: 95)))
        #expect(Self.conflicts(actions) == 1)
        #expect(core.ledger == Ledger(cash: Money(1000)))
    }

    @Test("when the stop fills its target is cancelled, and a target that filled too is reported")
    func bothProtectionsFill() throws {
        var core = try Self.core()
        let order = try #require(Self.placed(core.handle(.intents([Self.entry], at: Self.point))).first)
        let guards = Self.placed(core.handle(.filled(Self.fill("a", of: order.id, .buy, 5, at: 100)))).map(\.id)
        #expect(Self.cancelled(core.handle(.filled(Self.fill("b", of: guards[0], .sell, 5, at: 98)))) == [guards[1]])
        #expect(core.ledger.cash == Money(990))
        #expect(Self.conflicts(core.handle(.filled(Self.fill("c", of: guards[1], .sell, 5, at: 104)))) == 1)
        #expect(core.ledger.cash == Money(1510))
        #expect(core.ledger.isFlat)
        #expect(core.orders.isEmpty)
    }

    @Test("a stop that the broker cancels by itself leaves the lot without a stop, not with a phantom")
    func brokerCancelsStop() throws {
        var core = try Self.core()
        let order = try #require(Self.placed(core.handle(.intents([Self.entry], at: Self.point))).first)
        let guards = Self.placed(core.handle(.filled(Self.fill("a", of: order.id, .buy, 5, at: 100)))).map(\.id)
        _ = core.handle(.orderCancelled(guards[0], Message("by the venue", fr: "par la place")))
        #expect(core.ledger.lots.first?.stop == nil)
        #expect(core.account.position?.stop == nil)
        let again = core.handle(.intents([.moveStop(97)], at: Self.point))
        #expect(Self.placed(again).map(\.stopPrice) == [Price(97)])
    }

    @Test("a rejected order ends, is told and is in the journal")
    func rejected() throws {
        var core = try Self.core()
        let order = try #require(Self.placed(core.handle(.intents([Self.entry], at: Self.point))).first)
        let actions = core.handle(.orderRejected(order.id, Message("no", fr: "non")))
        #expect(core.orders.isEmpty)
        let states = actions.compactMap { action -> String? in
            if case .notify(.orderUpdated(let order)) = action { order.state.name } else { nil }
        }
        #expect(states == ["rejected"])
    }

    @Test("order numbers of a decision are known before it is made")
    func foreseeableNumbers() throws {
        var core = try Self.core()
        let next = core.nextOrderID.number
        let intents: [Intent] = [
            .moveStop(5), .submit(OrderIntent(.sell, size: .quantity(1))), .cancel(OrderID(99)),
            .submit(OrderIntent(.buy, size: .quantity(1))), .submit(OrderIntent(.buy, size: .value(.nan))),
            .submit(OrderIntent(.buy, size: .quantity(2))),
        ]
        let orders = Self.placed(core.handle(.intents(intents, at: Self.point)))
        #expect(orders.map(\.id.number) == [next + 1, next + 3])
        #expect(core.nextOrderID.number == next + 4)
    }

    @Test("cash that changes from outside is taken over")
    func cashFromOutside() throws {
        var core = try Self.core()
        #expect(core.handle(.cashChanged(Money(250))).isEmpty)
        #expect(core.account.free == 250)
        #expect(core.equity == 250)
    }

    @Test("settings that make no sense are refused with the value and what is expected")
    func settings() {
        #expect(throws: TradingError.self) { try FeeRates(maker: 1, taker: 0) }
        #expect(throws: TradingError.self) { try FeeRates(maker: 0, taker: FixedDecimal("-0.1")!) }
        #expect(throws: TradingError.self) {
            try TradingSettings(symbol: Symbol("BTC/USDT"), slippage: 2)
        }
        #expect(throws: TradingError.self) {
            try TradingSettings(symbol: Symbol("BTC/USDT"), orderPrefix: "no spaces")
        }
    }
}
