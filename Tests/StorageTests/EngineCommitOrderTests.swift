import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

/// Orders in commits: their states, positions, profits and numbers.
@Suite(.timeLimit(.minutes(10))) struct EngineCommitOrderTests {
    @Test func `an order goes through a commit each, with fills, position and profit`() async throws {
        try await LiveAccount.with { store, account in
            let entry = account.order(1)
            var commit = account.empty()
            commit.orders = [entry]
            try await account.commit([commit])
            commit = account.empty()
            let open = PositionRepository.Standing(direction: .long, quantity: Quantity(2), entryPrice: Price(100))
            // In one commit: the fills are booked before the report that calls the order filled is looked at.
            commit.standings = [StrategyCommit.OrderStanding(entry.clientID, .open, venueID: VenueOrderID("v1"))]
            commit.fills = [Orders.fill("1", of: entry, 1), Orders.fill("2", of: entry, 1)]
            commit.reports = [Orders.report(entry, .filled, filled: 2)]
            commit.positions = [open]
            try await account.commit([commit])
            #expect(try await store.orders.list(account.user).map(\.state) == [.filled])
            #expect(try await store.positions.open(account.user).map(\.quantity) == [Quantity(2)])
            let roster = try await store.engine.roster(account.lease)
            #expect(roster.orders.isEmpty && roster.positions.map(\.activeStrategy) == [account.id])
            #expect(roster.latestFills[account.symbol]?.id == FillID("2"))

            let exit = account.order(2, side: .sell)
            commit = account.empty()
            commit.orders = [exit]
            try await account.commit([commit])
            commit = account.empty()
            // The same fill again, by another way, changes nothing.
            commit.fills = [
                Orders.fill("1", of: entry, 1), Orders.fill("3", of: exit, 2, at: 110, venueID: "v2"),
            ]
            commit.profits = [StrategyCommit.Profit(exit.clientID, Money(15)), .init(exit.clientID, Money(4))]
            commit.positions = [
                PositionRepository.Standing(
                    direction: .long, quantity: .zero, entryPrice: Price(100), realisedProfit: Money(19))
            ]
            try await account.commit([commit])
            #expect(try await store.positions.open(account.user).isEmpty)
            #expect(try await store.journal.list(account.user).map(\.profit) == [Money(19), nil])
            #expect(try await LiveAccount.count("fills", store) == 3)
            // Closing what is closed is nothing to write.
            commit.fills = []
            commit.profits = []
            try await account.commit([commit])
        }
    }

    @Test func `positions that are opened and closed in one commit have a closed row each`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.positions = [Quantity(1), .zero, Quantity(2), .zero, Quantity(3)].map { quantity in
                PositionRepository.Standing(
                    direction: .long, quantity: quantity, entryPrice: Price(100),
                    realisedProfit: quantity == .zero ? Money(7) : .zero)
            }
            try await account.commit([commit])
            let rows = try await store.positions.list(account.user)
            #expect(rows.map(\.quantity) == [Quantity(3), .zero, .zero])
            #expect(rows.map { $0.closedAt != nil } == [false, true, true])
            #expect(rows.map(\.realisedProfit) == [.zero, Money(7), Money(7)])
        }
    }

    @Test func `every kind of order of a commit is written as one by one`() async throws {
        try await LiveAccount.with(strategies: 2) { store, account in
            let (low, high) = (Price(FixedDecimal(units: 1)), Price(70_000))
            let instructions: [OrderInstruction] = [
                .market, .limit(high, .goodTillCancelled), .limit(high, .fillOrKill), .limit(low, .immediateOrCancel),
                .postOnly(low), .stop(trigger: high, limit: nil), .stop(trigger: high, limit: low),
                .takeProfit(trigger: low, limit: nil), .takeProfit(trigger: low, limit: high),
            ]
            var commits = [account.empty(0), account.empty(1)]
            for (number, instruction) in instructions.enumerated() {
                for place in 0...1 {
                    var request = account.order(number, side: place == 0 ? .buy : .sell, place: place)
                    request.instruction = instruction
                    request.amount = .base(Quantity(FixedDecimal(units: Int128(number + 1))))
                    commits[place].orders.append(request)
                }
            }
            var quote = account.order(99)
            quote.amount = .quote(Money(50))
            commits[1].strategy = account.strategies[1].id
            commits[0].orders.append(quote)
            try await account.commit(commits)
            let stored = try await store.engine.roster(account.lease).orders
            #expect(stored.map(\.request) == commits.flatMap(\.orders))
            #expect(stored.map(\.origin).prefix(10).allSatisfy { $0 == .strategy(account.strategies[0].id) })
            #expect(stored.allSatisfy { $0.state == .pendingNew })
            let lines = try await store.journal.list(account.user)
            #expect(lines.map(\.order) == stored.reversed().map(\.id))
            #expect(lines.allSatisfy { $0.status == .pending })
            for (line, order) in zip(lines, stored.reversed()) {
                #expect(line.kind == order.request.instruction.name && line.origin == order.origin)
                #expect(line.side == order.request.side && line.symbol == order.request.symbol)
            }
            // The same by the way of a single order, but for the numbers.
            let single = try await store.orders.add(
                try Orders.request(1, .stop(trigger: high, limit: low), .base(Quantity(1))), account.user,
                account.broker)
            let line = try #require(try await store.journal.list(account.user).first)
            let twin = try #require(lines.first { $0.kind == .stopLimit })
            #expect(line.order == single.id && line.price == twin.price)
        }
    }

    @Test func `a standing that cannot follow is passed over, its venue's name is kept`() async throws {
        try await LiveAccount.with { store, account in
            let order = account.order(1)
            var commit = account.empty()
            commit.orders = [order]
            commit.standings = [StrategyCommit.OrderStanding(order.clientID, .cancelled(Message("a", fr: "b")))]
            try await account.commit([commit])
            commit = account.empty()
            commit.standings = [StrategyCommit.OrderStanding(order.clientID, .open, venueID: VenueOrderID("v9"))]
            try await account.commit([commit])
            let stored = try #require(try await store.orders.list(account.user).first)
            #expect(stored.state == .cancelled(Message("a", fr: "b")) && stored.venueID == VenueOrderID("v9"))
        }
    }

    @Test func `the highest attempt of an order is known long after its orders ended`() async throws {
        try await LiveAccount.with(strategies: 2) { store, account in
            var commit = account.empty()
            for (number, revision) in [(1, 0), (2, 0), (2, 1), (2, 10), (2, 9), (3, 2), (12, 0)] {
                let order = account.order(number, revision: revision)
                commit.orders.append(order)
                commit.standings.append(StrategyCommit.OrderStanding(order.clientID, .cancelled(nil)))
            }
            var other = account.empty(1)
            other.orders = [account.order(2, revision: 77, place: 1)]
            try await account.commit([commit, other])
            let ids = account.strategies.map(\.id)
            let attempts = try await store.engine.attempts(
                account.lease, of: [ids[0]: [1, 2, 3, 4], ids[1]: [1, 2]])
            #expect(attempts == [ids[0]: [1: 0, 2: 10, 3: 2], ids[1]: [2: 77]])
            #expect(try await store.engine.attempts(account.lease, of: [:]).isEmpty)
        }
    }

    @Test func `an order that was decided today counts once however often it was sent, a sale and another day not`()
        async throws
    {
        try await LiveAccount.with(strategies: 2) { store, account in
            var commit = account.empty()
            commit.orders = [
                account.order(1), account.order(1, revision: 1), account.order(2), account.order(3, side: .sell),
            ]
            var other = account.empty(1)
            other.orders = [account.order(1, place: 1)]
            try await account.commit([commit, other])
            #expect(try await store.engine.ordersOpenedToday(account.lease) == 3)
            let tomorrow = Timestamp(milliseconds: Store.systemTime().milliseconds + 86_400_000)
            let later = Store(store.pool) { tomorrow }
            #expect(try await later.engine.ordersOpenedToday(account.lease) == 0)
        }
    }
}
