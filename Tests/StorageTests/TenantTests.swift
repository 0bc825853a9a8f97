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

    @Test func `no repository shows or changes another user's strategies`() async throws {
        try await ScratchStore.with { store in
            var mine = try await LiveAccount.make(store, name: "mine")
            var other = try await LiveAccount.make(store, name: "other")
            var commit = other.empty()
            commit.decision = .sample(0)
            commit.session = StrategySession(number: 1, version: 1, parameters: [:], seed: 0, startedAt: .start)
            commit.log = [
                StrategyLogLine(time: .start, level: .info, source: "script", message: Message("a", fr: "b"))
            ]
            commit.alerts = [Alert(.info, "test", Message("a", fr: "b"))]
            try await other.commit([commit])
            let command = try await store.activeStrategies.submit(.suspend, other.user, other.id)
            try await store.audit.add("strategy.activate", subject: "s", by: other.user)
            let decision = try #require(try await store.decisions.list(other.user).first)
            let (user, foreign) = (mine.user, other.id)

            #expect(try await store.strategies.list(user).map(\.id) == [mine.script.id])
            #expect(try await store.strategies.versions(user, other.script.id).isEmpty)
            #expect(try await store.activeStrategies.list(user).map(\.id) == [mine.id])
            #expect(try await store.activeStrategies.list(user, broker: other.broker, stopped: true).isEmpty)
            #expect(try await store.activeStrategies.commands(user, of: foreign).isEmpty)
            #expect(try await store.decisions.list(user).isEmpty)
            #expect(try await store.decisions.list(user, of: foreign).isEmpty)
            #expect(try await store.decisions.session(user, of: foreign, 1).isEmpty)
            #expect(try await store.decisions.session(user, of: foreign, number: 1) == nil)
            #expect(try await store.strategyLog.list(user, of: foreign).isEmpty)
            #expect(try await store.strategyLog.list(user, of: foreign, after: 0).isEmpty)
            #expect(try await store.alerts.list(user).isEmpty)
            #expect(try await store.audit.list(user).isEmpty)
            #expect(try await store.audit.list(other.user).map(\.subject) == ["s"])
            #expect(try await store.engine.roster(mine.lease).strategies.map(\.strategy.id) == [mine.id])
            #expect(try await store.engine.attempts(mine.lease, of: [foreign: [1]]).isEmpty)

            await refused { _ = try await store.strategies.get(user, other.script.id) }
            await refused { _ = try await store.strategies.source(user, other.script.id) }
            await refused { try await store.strategies.remove(user, other.script.id) }
            await refused {
                _ = try await store.strategies.addVersion(user, other.script.id, timeframe: .m1, source: "x")
            }
            await refused { _ = try await store.activeStrategies.get(user, foreign) }
            await refused { _ = try await store.activeStrategies.submit(.close, user, foreign) }
            await refused { _ = try await store.activeStrategies.command(user, command.id) }
            await refused { _ = try await store.decisions.get(user, decision.id) }
            await refused { try await store.brokers.setLimits("{}", user, other.broker) }
            await refused { try await store.engine.abandon(user, other.broker, reason: Message("a", fr: "b")) }
            let alert = try #require(try await store.alerts.list(other.user).first)
            #expect(try await store.alerts.markSeen(user, through: alert.id) == 0)

            // An engine cannot write about a strategy under the lease of another account.
            for change in [
                { (commit: inout StrategyCommit) in commit.decision = .sample(1) },
                { $0.memory = "{}" }, { $0.change = StrategyCommit.Change(state: .stopped) },
                { $0.commands = [StrategyCommand.Outcome(command.id, answer: Message("a", fr: "b"))] },
            ] {
                var wrong = other.empty()
                change(&wrong)
                await #expect(throws: EngineStoreError.self) { try await mine.commit([wrong]) }
                // Nor by calling it one of its own.
                wrong = mine.empty()
                wrong.commands = [StrategyCommand.Outcome(command.id, answer: Message("a", fr: "b"))]
                await #expect(throws: EngineStoreError.self) { try await mine.commit([wrong]) }
            }
            #expect(try await store.activeStrategies.get(other.user, foreign).state == .active)
            #expect(try await store.activeStrategies.command(other.user, command.id).state == .pending)
            // What belongs to nobody is everybody's to see, and nobody's to mark.
            let shared = try await store.alerts.add(Alert(.error, "disk", Message("a", fr: "b")))
            #expect(try await store.alerts.list(user).map(\.id) == [shared])
            #expect(try await store.alerts.markSeen(user, through: shared) == 0)
            #expect(try await store.alerts.list(other.user, unseen: true).count == 2)
            #expect(try await store.alerts.markSeen(other.user, through: shared) == 1)
            #expect(try await store.alerts.list(other.user, unseen: true).map(\.id) == [shared])
        }
    }

    private func refused(_ body: () async throws -> Void, _ location: SourceLocation = #_sourceLocation) async {
        await #expect(throws: StorageError.self, sourceLocation: location) { try await body() }
    }
}
