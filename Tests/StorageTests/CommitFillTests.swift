import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

/// Fills of commits: many in few statements, each booked once.
@Suite(.timeLimit(.minutes(10))) struct CommitFillTests {
    private static let strategies = 40
    private static let ordersEach = 5
    private static let fillsEach = 4

    private func order(_ account: LiveAccount, _ place: Int, _ number: Int) -> OrderRequest {
        account.order(number, side: number.isMultiple(of: 2) ? .sell : .buy, place: place)
    }

    /// A quarter of the order, the n-th of it.
    private func fill(_ request: OrderRequest, _ number: Int, fee: String = "USDT") -> FillReport {
        Orders.fill(
            "\(request.clientID.text) \(number)", of: request, FixedDecimal("0.5")!, at: FixedDecimal(100 + number),
            asset: fee, venueID: "v \(request.clientID.text)")
    }

    /// An account whose strategies have five pending orders each.
    private func withOrders(_ body: (Store, inout LiveAccount) async throws -> Void) async throws {
        try await LiveAccount.with(strategies: Self.strategies) { store, account in
            try await account.commit(
                (0..<Self.strategies).map { place in
                    var commit = account.empty(place)
                    commit.orders = (1...Self.ordersEach).map { order(account, place, $0) }
                    return commit
                })
            try await body(store, &account)
        }
    }

    @Test func `eight hundred fills of one commit are booked with their orders and journal, to the last digit`()
        async throws
    {
        try await withOrders { store, account in
            var commits: [StrategyCommit] = []
            for place in 0..<Self.strategies {
                var commit = account.empty(place)
                for number in 1...Self.ordersEach {
                    let request = order(account, place, number)
                    commit.standings.append(StrategyCommit.OrderStanding(request.clientID, .open))
                    // The last order of each is left half filled.
                    let count = number == Self.ordersEach ? 2 : Self.fillsEach
                    commit.fills += (0..<count).map { fill(request, $0, fee: $0 == 1 ? "BNB" : "USDT") }
                }
                commits.append(commit)
            }
            // Told twice in the same commit, as by the stream and by an answer.
            commits[3].fills += commits[3].fills
            let twice = commits[7].fills[2]
            commits[7].fills.append(twice)
            try await account.commit(commits)

            let each = (Self.ordersEach - 1) * Self.fillsEach + 2
            #expect(try await LiveAccount.count("fills", store) == Self.strategies * each)
            let orders = try await store.orders.list(account.user, limit: 10_000)
            let lines = try await store.journal.list(account.user, limit: 10_000)
            #expect(orders.count == Self.strategies * Self.ordersEach)
            for (order, line) in zip(orders, lines) {
                let isWhole = order.request.clientID.number != Self.ordersEach
                #expect(order.state == (isWhole ? .filled : .partiallyFilled))
                #expect((order.endedAt != nil) == isWhole)
                #expect(order.venueID == VenueOrderID("v \(order.request.clientID.text)"))
                #expect(order.filledQuantity == Quantity(isWhole ? 2 : 1))
                // 0.5 x (100 + 101 [+ 102 + 103])
                #expect(order.filledValue == Money(isWhole ? 203 : FixedDecimal("100.5")!))
                #expect(line.order == order.id && line.status == (isWhole ? .filled : .pending))
                #expect(line.filledQuantity == order.filledQuantity && line.filledValue == order.filledValue)
                #expect(line.filledPrice == Price(FixedDecimal(isWhole ? "101.5" : "100.5")!))
                let fee = FixedDecimal(units: 500_000_000)
                #expect(line.fees == ["USDT": isWhole ? fee + fee + fee : fee, "BNB": fee])
                #expect(line.executedAt == Timestamp(milliseconds: 1_700_000_000_000))
            }
            // The same fills again, with the missing ones: only these are booked.
            for place in commits.indices {
                let last = order(account, place, Self.ordersEach)
                commits[place].standings = []
                commits[place].fills += [fill(last, 2), fill(last, 3)]
            }
            try await account.commit(commits)
            #expect(try await LiveAccount.count("fills", store) == Self.strategies * Self.ordersEach * Self.fillsEach)
            #expect(try await store.orders.list(account.user, limit: 10_000).allSatisfy { $0.state == .filled })
        }
    }

    @Test func `fills of one order in several commits add up, however they overlap`() async throws {
        try await withOrders { store, account in
            let request = order(account, 0, 1)
            func book(_ numbers: [Int]) async throws {
                var commit = account.empty()
                commit.fills = numbers.map { fill(request, $0) }
                try await account.commit([commit])
            }
            func filled() async throws -> Quantity? {
                try await store.orders.find(account.user, account.broker, request.clientID)?.filledQuantity
            }
            try await book([1])
            #expect(try await filled() == Quantity(FixedDecimal("0.5")!))
            try await book([1, 0, 1])
            #expect(try await filled() == Quantity(1))
            // By another way, outside of commits.
            let late = try await store.fills.book(fill(request, 2), account.user, account.broker)
            guard case .booked = late else {
                Issue.record("it is new: \(String(describing: late))")
                return
            }
            try await book([2, 3, 2, 0])
            #expect(try await filled() == Quantity(2))
            let again = try await store.fills.book(fill(request, 3), account.user, account.broker)
            guard case .alreadyBooked(let order) = again else {
                Issue.record("it is booked: \(String(describing: again))")
                return
            }
            #expect(order.state == .filled && order.filledValue == Money(203))
        }
    }

    @Test func `one fill that does not fit undoes all of them`() async throws {
        try await withOrders { store, account in
            let request = order(account, 0, 1)
            var sound = account.empty(1)
            sound.fills = (0..<4).map { fill(order(account, 1, 1), $0) }
            var first = account.empty()
            first.fills = [fill(request, 0)]
            try await account.commit([first])
            var wrong: [(what: String, fills: [FillReport])] = []
            wrong.append(("more than the order", (1...4).map { fill(request, $0) }))
            var other = fill(request, 0)
            other.price = Price(99)
            wrong.append(("the name of another one", [other]))
            wrong.append(
                (
                    "two of one name",
                    [fill(request, 1), fill(request, 2)].map {
                        var same = $0
                        same.id = FillID("same")
                        return same
                    }
                ))
            other = fill(request, 1)
            other.side = .sell
            wrong.append(("the other side", [other]))
            other = fill(request, 1)
            other.clientID = ClientOrderID(prefix: "ab1", number: 99)
            wrong.append(("of no order", [other]))
            other = fill(order(account, 2, 1), 0)
            other.id = FillID("\(request.clientID.text) 0")
            wrong.append(("of another order", [other]))
            for (what, fills) in wrong {
                var commit = account.empty()
                commit.fills = fills
                let error = await #expect(throws: EngineStoreError.self, "\(what)") {
                    _ = try await store.engine.commit([sound, commit], under: account.lease)
                }
                guard case .conflict = error else {
                    Issue.record("\(what): \(String(describing: error))")
                    continue
                }
            }
            #expect(try await LiveAccount.count("fills", store) == 1)
            try await account.commit([sound])
            #expect(try await LiveAccount.count("fills", store) == 5)
        }
    }

    @Test func `states that do not follow from the stored one are written one after the other`() async throws {
        try await withOrders { store, account in
            let request = order(account, 0, 1)
            var commit = account.empty()
            commit.fills = [fill(request, 0)]
            try await account.commit([commit])
            // Partly filled, it cannot be open again but by way of a cancel that failed.
            commit = account.empty()
            commit.standings = [.init(request.clientID, .cancelInFlight), .init(request.clientID, .open)]
            commit.fills = [fill(request, 1)]
            try await account.commit([commit])
            let stored = try await store.orders.find(account.user, account.broker, request.clientID)
            #expect(stored?.state == .partiallyFilled && stored?.filledQuantity == Quantity(1))
            // Ended, and then filled by what was told late: the reason of the end stays beside it.
            commit = account.empty()
            commit.standings = [.init(request.clientID, .cancelled(Message("gone", fr: "parti")))]
            commit.fills = [fill(request, 2), fill(request, 3)]
            try await account.commit([commit])
            let rows = try await store.pool.query(
                "SELECT state, reason_en FROM orders WHERE client_order_id = \(request.clientID.text)")
            #expect(try rows[0].text("state") == "filled" && rows[0].text("reason_en") == "gone")
        }
    }
}
