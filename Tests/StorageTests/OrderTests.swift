import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

@Suite struct OrderTests {
    private func with(_ body: (Store, UserID, BrokerID) async throws -> Void) async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let broker = try await store.brokers.add(user, name: "b", venue: .binance).id
            try await body(store, user, broker)
        }
    }

    @Test func `every kind of order reads as it was written`() async throws {
        try await with { store, user, broker in
            let (low, high) = (Price(FixedDecimal(units: 1)), Price(70_000))
            let instructions: [OrderInstruction] = [
                .market, .limit(high, .goodTillCancelled), .limit(high, .fillOrKill), .limit(low, .immediateOrCancel),
                .postOnly(low), .stop(trigger: high, limit: nil), .stop(trigger: high, limit: low),
                .takeProfit(trigger: low, limit: nil), .takeProfit(trigger: low, limit: high),
            ]
            for (number, instruction) in instructions.enumerated() {
                let request = try Orders.request(number, instruction, .base(Quantity(FixedDecimal(units: 1))), .sell)
                let order = try await store.orders.add(request, user, broker)
                #expect(order.request == request)
                #expect(order.state == .pendingNew)
                #expect(try await store.orders.get(user, order.id) == order)
                #expect(try await store.orders.find(user, broker, request.clientID) == order)
            }
            let quote = try Orders.request(100, .market, .quote(Money(50)))
            #expect(try await store.orders.add(quote, user, broker).request == quote)
            #expect(try await store.orders.unsettled(user, broker).count == instructions.count + 1)
            #expect(try await store.journal.list(user).count == instructions.count + 1)
            let page = try await store.orders.list(user, limit: 4)
            let next = try await store.orders.list(user, before: page.last?.id, limit: 4)
            #expect((page + next).map(\.request.clientID.number) == [100, 8, 7, 6, 5, 4, 3, 2])
        }
    }

    @Test func `a name is used once at a broker, and free at another`() async throws {
        try await with { store, user, broker in
            _ = try await store.orders.add(try Orders.market(1), user, broker)
            let error = await #expect(throws: StorageError.self) {
                try await store.orders.add(try Orders.market(1), user, broker)
            }
            #expect(error?.message.english == "there is an order 'test-1' already")
            #expect(try await store.journal.list(user).count == 1)
            let other = try await store.brokers.add(user, name: "c", venue: .binance).id
            _ = try await store.orders.add(try Orders.market(1), user, other)
            await #expect(throws: StorageError.self) {
                try await store.orders.add(try Orders.market(2), user, BrokerID(99))
            }
        }
    }

    @Test func `states follow the table, in the program and in the database alike`() async throws {
        let all: [OrderState] = [
            .pendingNew, .open, .partiallyFilled, .cancelInFlight, .filled, .cancelled(nil),
            .rejected(Message("a", fr: "b")),
            .expired,
        ]
        try await with { store, user, broker in
            var number = 0
            for from in all {
                for to in all where to.name != from.name {
                    number += 1
                    let order = try await store.orders.add(try Orders.market(number), user, broker)
                    // A part is filled, so that no other check than the one of steps can refuse.
                    _ = try await store.fills.book(
                        Orders.fill("f\(number)", of: order.request, 1, venueID: "v\(number)"), user, broker)
                    try await store.pool.execute("ALTER TABLE orders DISABLE TRIGGER orders_changing")
                    try await Self.force(from, order.id, store.pool)
                    try await store.pool.execute("ALTER TABLE orders ENABLE TRIGGER orders_changing")
                    let allowed = OrderStep.isAllowed(from: from, to: to)
                    do {
                        try await Self.force(to, order.id, store.pool)
                        #expect(allowed, "the database took \(from.name) -> \(to.name)")
                    } catch PostgresError.checkViolation(_, "orders_transition") {
                        #expect(!allowed, "the database refused \(from.name) -> \(to.name)")
                        await #expect(throws: StorageError.self) {
                            try await store.orders.setState(to, user, order.id)
                        }
                    }
                }
            }
        }
    }

    private static func force(_ state: OrderState, _ id: StoredOrderID, _ pool: PostgresPool) async throws {
        try await pool.execute(
            """
            UPDATE orders SET state = \(state.name), reason_en = 'a', reason_fr = 'b',
                ended_at = CASE WHEN \(state.isTerminal) THEN 1700000000000::bigint END
            WHERE id = \(id.number)
            """)
    }

    @Test func `a fill is booked once, with the totals of its order and the journal`() async throws {
        try await with { store, user, broker in
            let order = try await store.orders.add(try Orders.market(1), user, broker)
            let first = Orders.fill("1", of: order.request, FixedDecimal(units: 500_000_000_000), at: 101)
            let booking = try #require(try await store.fills.book(first, user, broker))
            #expect(booking.order.state == .partiallyFilled)
            #expect(booking.order.venueID == VenueOrderID("v1"))
            let again = try #require(try await store.fills.book(first, user, broker))
            #expect(again == .alreadyBooked(booking.order))
            // Told by the stream without our name for the order.
            var second = Orders.fill("2", of: order.request, FixedDecimal(units: 1_500_000_000_000), asset: "BNB")
            second.clientID = nil
            let done = try #require(try await store.fills.book(second, user, broker))
            #expect(done.order.state == .filled)
            #expect(done.order.filledQuantity == Quantity(2))
            #expect(done.order.filledValue == Money(FixedDecimal(units: 200_500_000_000_000)))
            #expect(try await store.fills.list(user, of: order.id).map(\.report.id.text) == ["1", "2"])
            #expect(try await store.fills.latest(user, broker, order.request.symbol)?.report.id.text == "2")
            let line = try #require(try await store.journal.list(user).first)
            #expect(line.status == .filled)
            #expect(line.filledPrice == Price(FixedDecimal(units: 100_250_000_000_000)))
            #expect(line.fees == ["USDT": FixedDecimal(units: 500_000_000), "BNB": FixedDecimal(units: 500_000_000)])
            #expect(line.executedAt == first.time)
            try await store.journal.setProfit(Money(-3), user, order.id)
            #expect(try await store.journal.list(user).first?.profit == Money(-3))
            #expect(try await store.orders.unsettled(user, broker).isEmpty)
        }
    }

    @Test func `fills that several tasks book at once count once each`() async throws {
        try await with { store, user, broker in
            let order = try await store.orders.add(try Orders.market(1, quantity: Quantity(10)), user, broker)
            let booked = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<40 {
                    group.addTask {
                        let fill = Orders.fill("\(task % 10)", of: order.request, 1)
                        guard case .booked? = try await store.fills.book(fill, user, broker) else { return 0 }
                        return 1
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(booked == 10)
            let after = try await store.orders.get(user, order.id)
            #expect(after.state == .filled && after.filledQuantity == Quantity(10))
        }
    }

    @Test func `a fill that does not fit is refused whole`() async throws {
        try await with { store, user, broker in
            let order = try await store.orders.add(try Orders.market(1), user, broker)
            #expect(try await store.fills.book(Orders.fill("1", of: try Orders.market(7), 1), user, broker) == nil)
            let tooMuch = await #expect(throws: StorageError.self) {
                try await store.fills.book(Orders.fill("1", of: order.request, 3), user, broker)
            }
            #expect(tooMuch?.message.english.contains("more than what is left") == true)
            var wrongSide = Orders.fill("1", of: order.request, 1)
            wrongSide.side = .sell
            await #expect(throws: StorageError.self) { try await store.fills.book(wrongSide, user, broker) }
            _ = try await store.fills.book(Orders.fill("1", of: order.request, 1), user, broker)
            // The same name with another price.
            await #expect(throws: StorageError.self) {
                try await store.fills.book(Orders.fill("1", of: order.request, 1, at: 99), user, broker)
            }
            #expect(try await store.orders.get(user, order.id).filledQuantity == Quantity(1))
        }
    }

    @Test func `reports of a venue may come twice, late and out of order`() async throws {
        try await with { store, user, broker in
            let request = try Orders.request(1, .limit(Price(100), .goodTillCancelled), .base(Quantity(2)))
            let order = try await store.orders.add(request, user, broker)
            let one = Orders.fill("1", of: request, 1)
            let two = Orders.fill("2", of: request, 1)
            let partial = Orders.report(request, .partiallyFilled, filled: 1, fills: [one])
            #expect(try await store.orders.record(partial, user, broker)?.state == .partiallyFilled)
            // The acceptance arrives after the fill.
            #expect(
                try await store.orders.record(Orders.report(request, .open), user, broker)?.state == .partiallyFilled)
            _ = try await store.orders.setState(.cancelInFlight, user, order.id)
            #expect(try await store.orders.record(partial, user, broker)?.state == .cancelInFlight)
            #expect(
                try await store.orders.record(Orders.report(request, .cancelled), user, broker)?.state
                    == .cancelled(nil))
            // A fill that happened before the cancel is told after it, and completes the order.
            #expect(try await store.fills.book(two, user, broker)?.order.state == .filled)
            let last = try #require(try await store.orders.record(Orders.report(request, .cancelled), user, broker))
            #expect(last.state == .filled && last.filledQuantity == Quantity(2))
            #expect(try await store.fills.list(user, of: order.id).count == 2)
            var foreign = Orders.report(request, .open)
            foreign.clientID = nil
            #expect(try await store.orders.record(foreign, user, broker) == nil)
        }
    }

    @Test func `an order does not end before all its fills are booked`() async throws {
        try await with { store, user, broker in
            for (number, status) in [(1, OrderStatus.filled), (2, .cancelled), (3, .partiallyFilled)] {
                let request = try Orders.market(number)
                _ = try await store.orders.add(request, user, broker)
                let report = Orders.report(request, status, filled: 1, venueID: "v\(number)")
                let before = try #require(try await store.orders.record(report, user, broker))
                #expect(before.state == .open && before.venueID == report.venueID)
                let fill = Orders.fill("\(number)", of: request, 1, venueID: "v\(number)")
                _ = try await store.fills.book(fill, user, broker)
                let after = try #require(try await store.orders.record(report, user, broker))
                #expect(after.state == OrderState(status))
            }
        }
    }

    @Test func `a refusal stands in order and journal, and so does an attempt without an order`() async throws {
        try await with { store, user, broker in
            let reason = Message("no money", fr: "pas d'argent")
            let order = try await store.orders.add(try Orders.market(1), user, broker)
            try await store.orders.setState(.rejected(reason), user, order.id)
            #expect(try await store.orders.get(user, order.id).state == .rejected(reason))
            try await store.journal.addFailure(
                user, broker, origin: .manual, symbol: order.request.symbol, side: .buy, kind: .limit,
                quantity: Quantity(1), price: Price(1), reason: reason)
            let lines = try await store.journal.list(user)
            #expect(lines.map(\.status) == [.failed, .failed])
            #expect(lines.allSatisfy { $0.error == reason })
            #expect(lines.map { $0.order == nil } == [true, false])
        }
    }

    @Test func `one position is open at a time for an owner, broker and symbol`() async throws {
        try await with { store, user, broker in
            let symbol = try Symbol("BTC/USDT")
            typealias Standing = PositionRepository.Standing
            let open = Standing(direction: .long, quantity: Quantity(1), entryPrice: Price(100), stop: Price(98))
            let first = try await store.positions.put(open, user, broker, symbol)
            var grown = open
            grown.quantity = Quantity(3)
            let second = try await store.positions.put(grown, user, broker, symbol)
            #expect(second.id == first.id && second.quantity == Quantity(3) && second.stop == Price(98))
            var closed = grown
            closed.quantity = .zero
            closed.realisedProfit = Money(12)
            #expect(try await store.positions.put(closed, user, broker, symbol).closedAt != nil)
            #expect(try await store.positions.open(user).isEmpty)
            await #expect(throws: StorageError.self) {
                try await store.positions.put(closed, user, broker, symbol)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { _ = try await store.positions.put(open, user, broker, symbol) } }
                try await group.waitForAll()
            }
            #expect(try await store.positions.open(user, broker: broker).count == 1)
            #expect(try await store.positions.list(user).count == 2)
        }
    }
}
