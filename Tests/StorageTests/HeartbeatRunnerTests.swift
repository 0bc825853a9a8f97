import Broker
import Market
import Postgres
import Testing

@testable import Storage

@Suite(.timeLimit(.minutes(10))) struct HeartbeatRunnerTests {
    private static let market = VenueName.binance

    /// Nobody of this market was heard of for a minute.
    private static func silence(_ store: Store, _ name: String) async throws {
        try await store.pool.execute(
            "UPDATE heartbeat_runners SET renewed_at = renewed_at - 60000, started_at = 0 WHERE name = \(name)")
    }

    private static func names(_ store: Store) async throws -> [String] {
        try await store.heartbeat.runners().map { "\($0.name)\($0.isAtWork ? "*" : "")" }
    }

    @Test func `of two that offer to be a market's heartbeat one is at work, of each market`() async throws {
        try await ScratchStore.with { store in
            let heartbeat = store.heartbeat
            let one = try await heartbeat.offer(nil, as: "one", of: Self.market)
            let two = try await heartbeat.offer(nil, as: "two", of: Self.market)
            #expect(one.isAtWork && one.other == nil && one.successorOf == nil)
            #expect(!two.isAtWork && two.other == "one")
            #expect(try await heartbeat.offer(one.runner, as: "one", of: Self.market) == one)
            #expect(try await heartbeat.offer(two.runner, as: "two", of: Self.market) == two)
            let elsewhere = try #require(VenueName("demo-1"))
            #expect(try await heartbeat.offer(nil, as: "two", of: elsewhere).isAtWork)
            #expect(try await Self.names(store) == ["one*", "two", "two*"])
        }
    }

    @Test func `one that is not heard of any more is followed by another, which is told; come back, it stands by`()
        async throws
    {
        try await ScratchStore.with { store in
            let heartbeat = store.heartbeat
            let one = try await heartbeat.offer(nil, as: "one", of: Self.market)
            let two = try await heartbeat.offer(nil, as: "two", of: Self.market)
            try await Self.silence(store, "one")
            #expect(try await heartbeat.runners().map(\.isAlive) == [false, true])
            let turn = try await heartbeat.offer(two.runner, as: "two", of: Self.market)
            #expect(turn.isAtWork && turn.runner == two.runner && turn.successorOf == "one")
            #expect(try await store.alerts.ofProgram().map(\.alert.code) == ["heartbeat_taken_over"])
            let again = try await heartbeat.offer(one.runner, as: "one", of: Self.market)
            #expect(!again.isAtWork && again.other == "two" && again.runner != one.runner)
            #expect(try await Self.names(store) == ["two*", "one"])
        }
    }

    @Test func `one that withdraws leaves its place at once, and nothing is told`() async throws {
        try await ScratchStore.with { store in
            let heartbeat = store.heartbeat
            let one = try await heartbeat.offer(nil, as: "one", of: Self.market)
            let two = try await heartbeat.offer(nil, as: "two", of: Self.market)
            try await heartbeat.withdraw(one.runner)
            let turn = try await heartbeat.offer(two.runner, as: "two", of: Self.market)
            #expect(turn.isAtWork && turn.successorOf == nil)
            #expect(try await store.alerts.ofProgram().isEmpty)
        }
    }

    @Test func `one whose silence nobody used goes on`() async throws {
        try await ScratchStore.with { store in
            let one = try await store.heartbeat.offer(nil, as: "one", of: Self.market)
            try await Self.silence(store, "one")
            #expect(try await store.heartbeat.offer(one.runner, as: "one", of: Self.market) == one)
        }
    }

    @Test func `of many that come at once one is at work`() async throws {
        try await ScratchStore.with { store in
            let turns = try await withThrowingTaskGroup(of: HeartbeatTurn.self) { group in
                for number in 0..<12 {
                    group.addTask { try await store.heartbeat.offer(nil, as: "n\(number)", of: Self.market) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(turns.count { $0.isAtWork } == 1)
            #expect(Set(turns.map(\.runner)).count == 12)
        }
    }
}
