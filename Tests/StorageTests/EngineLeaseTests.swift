import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

@Suite(.timeLimit(.minutes(10))) struct EngineLeaseTests {
    /// Users with an account each, on which a strategy runs.
    private func accounts(_ count: Int, _ store: Store) async throws -> [BrokerID] {
        let user = try await store.users.add("dev").id
        let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
        var brokers: [BrokerID] = []
        for place in 0..<count {
            let broker = try await store.brokers.add(user, name: "b\(place)", venue: .binance).id
            _ = try await LiveAccount.activate(store, user, broker, script.id, name: "on \(place)")
            brokers.append(broker)
        }
        // One that needs no engine.
        _ = try await store.brokers.add(user, name: "idle", venue: .binance)
        return brokers
    }

    /// As if the engine had been silent for so long, by the database's clock.
    private func silence(_ engine: EngineID, _ milliseconds: Int64, _ store: Store) async throws {
        try await store.pool.execute(
            """
            UPDATE engines SET started_at = started_at - \(milliseconds), renewed_at = renewed_at - \(milliseconds)
            WHERE id = \(engine.number)
            """)
    }

    @Test func `of two engines of one name the second is refused while the first is alive`() async throws {
        try await ScratchStore.with { store in
            let first = try await store.engine.register(name: "one", life: LiveAccount.life)
            let error = await #expect(throws: StorageError.self) { _ = try await store.engine.register(name: "one") }
            #expect(error?.message.english.contains("start it again in") == true)
            _ = try await store.engine.register(name: "two", life: .milliseconds(500))
            #expect(try await store.engine.list().map(\.name) == ["one", "two"])
            #expect(try await store.engine.list().map(\.life) == [LiveAccount.life, .milliseconds(500)])
            try await silence(first, 3_000_000, store)
            await #expect(throws: StorageError.self) { _ = try await store.engine.register(name: "one") }
            try await silence(first, 600_001, store)
            #expect(try await store.engine.list().first { $0.id == first }?.isAlive == false)
            let second = try await store.engine.register(name: "one", life: LiveAccount.life)
            // The first one was replaced: it hears so, and takes nothing any more.
            #expect(try await !store.engine.renew(first))
            #expect(try await store.engine.take(first) == LeaseRound(taken: [], held: 0, share: 0))
            #expect(try await store.engine.renew(second))
            try await store.engine.leave(second)
            #expect(try await !store.engine.renew(second))
            _ = try await store.engine.register(name: "one")
        }
    }

    @Test func `the living are named before the dead`() async throws {
        try await ScratchStore.with { store in
            for name in ["a", "b", "c"] { _ = try await store.engine.register(name: name, life: LiveAccount.life) }
            let dead = try #require(try await store.engine.list().first { $0.name == "a" })
            try await silence(dead.id, 3_600_001, store)
            #expect(try await store.engine.list().map(\.name) == ["b", "c", "a"])
            #expect(try await store.engine.list().map(\.isAlive) == [true, true, false])
        }
    }

    @Test(arguments: ["", "-a", "a b", "é", String(repeating: "a", count: 65)])
    func `a name that is none is refused`(name: String) async throws {
        try await ScratchStore.with { store in
            _ = await #expect(throws: StorageError.self) { _ = try await store.engine.register(name: name) }
        }
    }

    @Test func `engines share the accounts, and the rest of a dead one goes to the living`() async throws {
        try await ScratchStore.with { store in
            let brokers = try await accounts(5, store)
            let one = try await store.engine.register(name: "one", life: LiveAccount.life)
            let two = try await store.engine.register(name: "two", life: LiveAccount.life)
            let first = try await store.engine.take(one)
            #expect(first.share == 3 && first.held == 3 && first.taken.map(\.broker) == Array(brokers[0..<3]))
            let second = try await store.engine.take(two)
            #expect(second.taken.map(\.broker) == Array(brokers[3...]))
            #expect(try await store.engine.take(one) == LeaseRound(taken: [], held: 3, share: 3))
            #expect(try await store.engine.list().map(\.accountCount) == [3, 2])

            try await silence(one, 3_600_001, store)
            let all = try await store.engine.take(two)
            #expect(all.share == 5 && all.held == 5)
            #expect(all.taken.map(\.broker) == Array(brokers[0..<3]))
            #expect(all.taken.allSatisfy { $0.epoch == 2 })
            #expect(try await store.engine.leases(of: two).count == 5)
            // It was only slow: it lives on, without accounts.
            #expect(try await store.engine.renew(one))
            #expect(try await store.engine.leases(of: one).isEmpty)
            #expect(try await store.engine.take(one) == LeaseRound(taken: [], held: 0, share: 3))
            for lease in all.taken.prefix(2) { try await store.engine.release(lease) }
            // An old lease gives nothing back.
            for lease in first.taken { try await store.engine.release(lease) }
            #expect(try await store.engine.take(one).taken.map(\.broker) == Array(brokers[0..<2]))
            try await store.engine.leave(two)
            #expect(try await store.engine.take(one).held == 5)
        }
    }

    @Test func `engines that look for accounts at once take each account once`() async throws {
        try await ScratchStore.with(size: 6) { store in
            let brokers = try await accounts(12, store)
            var engines: [EngineID] = []
            for place in 0..<4 {
                engines.append(try await store.engine.register(name: "e\(place)", life: LiveAccount.life))
            }
            let taken = try await withThrowingTaskGroup(of: [AccountLease].self) { group in
                for engine in engines {
                    group.addTask { try await store.engine.take(engine).taken }
                }
                return try await group.reduce(into: [[AccountLease]]()) { $0.append($1) }
            }
            #expect(taken.map(\.count) == [3, 3, 3, 3])
            #expect(taken.joined().map(\.broker).sorted() == brokers)
        }
    }

    @Test func `a broker that was removed is nobody's account any more`() async throws {
        try await LiveAccount.with { store, account in
            #expect(try await store.engine.leases(of: account.engine).map(\.broker) == [account.broker])
            var commit = account.empty()
            commit.change = StrategyCommit.Change(state: .stopped)
            try await account.commit([commit])
            #expect(try await store.brokers.remove(account.user, account.broker) == .retired)
            #expect(try await store.engine.leases(of: account.engine).isEmpty)
        }
    }

    @Test func `an account is needed until what its strategies opened is over`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.orders = [account.order(1)]
            commit.positions = [
                PositionRepository.Standing(
                    direction: .long, quantity: Quantity(1), entryPrice: Price(100))
            ]
            try await account.commit([commit])
            commit = account.empty()
            commit.change = StrategyCommit.Change(state: .stopped)
            try await account.commit([commit])
            #expect(try await store.engine.take(account.engine).held == 1)
            var roster = try await store.engine.roster(account.lease)
            #expect(roster.strategies.map(\.strategy.state) == [.stopped])
            #expect(roster.orders.count == 1 && roster.positions.count == 1)
            commit = account.empty()
            commit.standings = [StrategyCommit.OrderStanding(account.order(1).clientID, .cancelled(nil))]
            try await account.commit([commit])
            #expect(try await store.engine.take(account.engine).held == 1)
            commit = account.empty()
            commit.positions = [
                PositionRepository.Standing(
                    direction: .long, quantity: .zero, entryPrice: Price(100))
            ]
            try await account.commit([commit])
            #expect(try await store.engine.take(account.engine).held == 0)
            roster = try await store.engine.roster(account.lease)
            #expect(roster.strategies.isEmpty)
        }
    }

    @Test func `an account whose venue is gone is given up, not under a live engine`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.orders = [account.order(1)]
            commit.positions = [
                PositionRepository.Standing(
                    direction: .long, quantity: Quantity(1), entryPrice: Price(100))
            ]
            try await account.commit([commit])
            let command = try await store.activeStrategies.submit(.close, account.user, account.id)
            let reason = Message("the session is over", fr: "la session est finie")
            await #expect(throws: StorageError.self) {
                try await store.engine.abandon(account.user, account.broker, reason: reason)
            }
            let stranger = try await store.users.add("stranger").id
            try await store.engine.leave(account.engine)
            await #expect(throws: StorageError.self) {
                try await store.engine.abandon(stranger, account.broker, reason: reason)
            }
            #expect(try await store.positions.open(account.user).count == 1)
            try await store.engine.abandon(account.user, account.broker, reason: reason)
            #expect(try await store.orders.unsettled(account.user, account.broker).isEmpty)
            #expect(try await store.orders.list(account.user).first?.state == .cancelled(reason))
            #expect(try await store.journal.list(account.user).first?.status == .cancelled)
            #expect(try await store.positions.open(account.user).isEmpty)
            #expect(try await store.activeStrategies.get(account.user, account.id).state == .stopped)
            #expect(try await store.activeStrategies.command(account.user, command.id).state == .refused)
            #expect(try await store.brokers.list(account.user).isEmpty)
            await #expect(throws: EngineStoreError.leaseLost) {
                _ = try await store.engine.commit([], under: account.lease)
            }
        }
    }
}
