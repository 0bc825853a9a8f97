import Market
import Postgres
import TestSupport
import Testing
import Wording

@testable import Storage

/// What scripts are told with their next decision.
@Suite(.timeLimit(.minutes(10))) struct CommitEventTests {
    private func events(_ numbers: ClosedRange<Int64>) -> [KeptEvent] {
        numbers.map { KeptEvent(number: $0, bytes: [1, UInt8($0), 255]) }
    }

    private func kept(_ store: Store, _ account: LiveAccount) async throws -> [[Int64]] {
        try await store.engine.roster(account.lease).strategies.map { $0.events.map(\.number) }
    }

    @Test func `events are written with their commit and go with the decision that told them`() async throws {
        try await LiveAccount.with(strategies: 3) { store, account in
            var commits = [account.empty(0), account.empty(2)]
            commits[0].events = events(1...3)
            commits[1].events = events(1...1)
            try await account.commit(commits)
            #expect(try await kept(store, account) == [[1, 2, 3], [], [1]])
            #expect(try await store.engine.roster(account.lease).strategies[0].events == events(1...3))
            #expect(
                try await store.engine.roster(account.lease, only: [account.strategies[2].id]).strategies.map(\.events)
                    == [events(1...1)])
            // Two are told, another one happens with the same commit; the other strategy keeps its own.
            var commit = account.empty(0)
            commit.decision = .sample(0)
            commit.eventsThrough = 2
            commit.events = events(4...4)
            try await account.commit([commit])
            #expect(try await kept(store, account) == [[3, 4], [], [1]])
            // One that is stopped is never asked again.
            commit = account.empty(2)
            commit.change = StrategyCommit.Change(state: .stopped)
            try await account.commit([commit])
            #expect(try await LiveAccount.count("strategy_events", store) == 2)
        }
    }

    @Test func `a commit that fails leaves the events as they were`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.events = events(1...2)
            commit.decision = .sample(0)
            try await account.commit([commit])
            commit.events = events(3...3)
            commit.eventsThrough = 2
            // Its candle is decided on.
            await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            #expect(try await kept(store, account) == [[1, 2]])
            // The same number again is a mistake of the engine's.
            commit = account.empty()
            commit.events = events(2...2)
            await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            #expect(try await kept(store, account) == [[1, 2]])
        }
    }

    @Test func `the time of the first session is told, for those who have decided nothing yet`() async throws {
        try await LiveAccount.with { store, account in
            #expect(try await store.engine.roster(account.lease).strategies.map(\.firstSession) == [nil])
            for number in 1...2 {
                var commit = account.empty()
                commit.session = StrategySession(
                    number: number, version: 1, parameters: [:], seed: 1,
                    startedAt: Timestamp(milliseconds: Int64(number) * 1000))
                try await account.commit([commit])
            }
            #expect(
                try await store.engine.roster(account.lease).strategies.map(\.firstSession)
                    == [Timestamp(milliseconds: 1000)])
        }
    }

    @Test func `an account that is given up has nothing to tell any more`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.events = events(1...2)
            try await account.commit([commit])
            try await store.engine.leave(account.engine)
            try await store.engine.abandon(account.user, account.broker, reason: Message("gone", fr: "parti"))
            #expect(try await LiveAccount.count("strategy_events", store) == 0)
        }
    }
}
