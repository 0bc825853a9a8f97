import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

/// What belongs to one user does not exist for another.
@Suite struct TenantTests {
    private struct Estate {
        var user: UserID
        var broker: StoredBroker
        var order: StoredOrder
    }

    private func estate(_ store: Store, _ name: String) async throws -> Estate {
        let user = try await store.users.add(name).id
        let broker = try await store.brokers.add(
            user, name: "mine", venue: .binance, credentials: BrokerCredentials(key: name, secret: Secret(name)))
        let order = try await store.orders.add(try Orders.market(1), user, broker.id)
        _ = try await store.fills.book(Orders.fill("1", of: order.request, 1), user, broker.id)
        try await store.positions.put(
            PositionRepository.Standing(direction: .long, quantity: Quantity(1), entryPrice: Price(100)), user,
            broker.id, order.request.symbol)
        return Estate(user: user, broker: broker, order: try await store.orders.get(user, order.id))
    }

    /// Everything a user has, as text.
    private func everything(_ store: Store, of user: UserID) async throws -> String {
        var text = ""
        for table in ["brokers", "orders", "fills", "trades", "positions"] {
            let rows = try await store.pool.query(
                """
                SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]')::text AS whole
                FROM \(identifier: table) t WHERE user_id = \(user.number)
                """)
            text += try rows[0].text("whole")
        }
        return text
    }

    @Test func `no repository shows or changes another user's rows`() async throws {
        try await ScratchStore.with { store in
            let mine = try await estate(store, "mine")
            let other = try await estate(store, "other")
            let before = try await everything(store, of: other.user)

            // Lists.
            #expect(try await store.brokers.list(mine.user).map(\.id) == [mine.broker.id])
            #expect(try await store.orders.list(mine.user).map(\.id) == [mine.order.id])
            #expect(try await store.orders.list(mine.user, broker: other.broker.id).isEmpty)
            #expect(try await store.orders.unsettled(mine.user, other.broker.id).isEmpty)
            #expect(try await store.fills.list(mine.user, of: other.order.id).isEmpty)
            #expect(try await store.fills.list(mine.user, broker: other.broker.id).isEmpty)
            #expect(try await store.fills.latest(mine.user, other.broker.id, mine.order.request.symbol) == nil)
            #expect(try await store.journal.list(mine.user).allSatisfy { $0.broker == mine.broker.id })
            #expect(try await store.journal.list(mine.user, broker: other.broker.id).isEmpty)
            #expect(try await store.positions.open(mine.user).allSatisfy { $0.user == mine.user })
            #expect(try await store.positions.open(mine.user, broker: other.broker.id).isEmpty)
            #expect(try await store.positions.list(mine.user, broker: other.broker.id).isEmpty)

            // Single rows.
            let foreign = other.broker.id
            await refused { _ = try await store.brokers.get(mine.user, foreign) }
            await refused { _ = try await store.brokers.credentials(mine.user, foreign) }
            await refused { _ = try await store.orders.get(mine.user, other.order.id) }
            let found = try await store.orders.find(mine.user, foreign, other.order.request.clientID)
            #expect(found == nil)

            // Changes.
            await refused { try await store.brokers.setCredentials(nil, mine.user, foreign) }
            await refused { try await store.brokers.setSettings(BrokerSettings(), mine.user, foreign) }
            await refused { try await store.brokers.rename(mine.user, foreign, to: "taken") }
            await refused { try await store.brokers.setDefault(mine.user, foreign) }
            await refused { try await store.brokers.remove(mine.user, foreign) }
            await refused { _ = try await store.orders.add(try Orders.market(2), mine.user, foreign) }
            await refused { try await store.orders.setState(.cancelled(nil), mine.user, other.order.id) }
            let report = Orders.report(other.order.request, .cancelled)
            #expect(try await store.orders.record(report, mine.user, foreign) == nil)
            let fill = Orders.fill("2", of: other.order.request, 1)
            #expect(try await store.fills.book(fill, mine.user, foreign) == nil)
            await refused { try await store.journal.setProfit(Money(1), mine.user, other.order.id) }
            await refused {
                try await store.journal.addFailure(
                    mine.user, foreign, origin: .manual, symbol: fill.symbol, side: .buy, kind: .market,
                    quantity: nil, reason: Message("a", fr: "b"))
            }
            await refused {
                try await store.positions.put(
                    PositionRepository.Standing(direction: .long, quantity: Quantity(9), entryPrice: Price(1)),
                    mine.user, foreign, fill.symbol)
            }
            #expect(try await everything(store, of: other.user) == before)
            // The default of the one who asked is still his own.
            #expect(try await store.brokers.list(mine.user).map(\.isDefault) == [true])
        }
    }

    private func refused(_ body: () async throws -> Void, _ location: SourceLocation = #_sourceLocation) async {
        await #expect(throws: StorageError.self, sourceLocation: location) { try await body() }
    }
}
