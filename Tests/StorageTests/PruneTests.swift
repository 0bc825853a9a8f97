import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

@Suite struct PruneTests {
    private static let day = Duration.seconds(86_400)

    @Test func `what is old goes in bounded steps, what is young and what must stay stays`() async throws {
        let clock = ScratchClock()
        try await ScratchStore.with(clock: clock) { store in
            var account = try await LiveAccount.make(store)
            let command = try await store.activeStrategies.submit(.suspend, account.user, account.id)
            try await Self.write(25, store, &account, at: clock.now, finishing: command.id)
            _ = try await store.activeStrategies.submit(.suspend, account.user, account.id)
            clock.advance(10 * 86_400_000)
            try await Self.write(5, store, &account, at: clock.now, finishing: nil)
            let keep = Retention(
                decisions: Self.day, signals: Self.day, heartbeatCandles: .seconds(60), records: Self.day,
                sessions: Self.day, batch: 10, batches: 2)
            let first = try await store.prune(keeping: keep)
            #expect(first.signals == 20 && first.decisions == 20 && first.isUnfinished)
            var all = first
            var rounds = 1
            while all.isUnfinished && rounds < 20 {
                let next = try await store.prune(keeping: keep)
                all.signals += next.signals
                all.decisions += next.decisions
                all.alerts += next.alerts
                all.commands += next.commands
                all.heartbeatCandles += next.heartbeatCandles
                all.sessions += next.sessions
                all.isUnfinished = next.isUnfinished
                rounds += 1
            }
            #expect(!all.isUnfinished)
            #expect(all.signals == 25 && all.decisions == 25 && all.alerts == 25)
            // The former session lasted until the newer one began, which is not long ago.
            #expect(all.commands == 1 && all.sessions == 0 && all.heartbeatCandles == 0)
            for table in ["heartbeat_signals", "decisions", "alerts"] {
                #expect(try await LiveAccount.count(table, store) == 5, "\(table)")
            }
            // The command that waits.
            #expect(try await LiveAccount.count("strategy_commands", store) == 1)
            #expect(try await store.prune(keeping: keep) == Pruned())

            // Candles are as old as they are themselves.
            clock.advance(100 * 86_400_000)
            let last = try await store.prune(keeping: Retention(decisions: Self.day, sessions: Self.day))
            #expect(last.sessions == 1 && last.heartbeatCandles == 0 && last.decisions == 5)
            #expect(try await store.prune(keeping: Retention(heartbeatCandles: .seconds(60))).heartbeatCandles == 30)
            // The newest session, and what has no end.
            #expect(try await LiveAccount.count("strategy_sessions", store) == 1)
            #expect(try await LiveAccount.count("orders", store) == 2)
            #expect(try await LiveAccount.count("candles", store) == 30)
            #expect(try await store.activeStrategies.get(account.user, account.id).session == 2)
        }
    }

    @Test func `engines that left or died long ago go, those with accounts stay`() async throws {
        let clock = ScratchClock()
        try await ScratchStore.with(clock: clock) { store in
            let account = try await LiveAccount.make(store)
            let kept = try await store.engine.list().first { $0.id == account.engine }?.name
            let gone = try await store.engine.register(name: "gone")
            try await store.engine.leave(gone)
            _ = try await store.engine.register(name: "died")
            try await store.pool.execute(
                "UPDATE engines SET started_at = 1, renewed_at = 1, left_at = CASE WHEN left_at IS NOT NULL THEN 1 END")
            _ = try await store.engine.register(name: "young")
            #expect(try await store.prune().engines == 2)
            #expect(Set(try await store.engine.list().map(\.name)) == [try #require(kept), "young"])
        }
    }

    /// Decisions, signals and alerts of one time, one order and a session.
    private static func write(
        _ count: Int, _ store: Store, _ account: inout LiveAccount, at time: Timestamp,
        finishing command: StrategyCommandID?
    ) async throws {
        let session = account.lease.commits > 0 ? 2 : 1
        let shift = session * 1000
        for place in 0..<count {
            var commit = account.empty()
            var decision = DecisionRecord.sample(shift + place)
            decision.decidedAt = time
            commit.decision = decision
            commit.alerts = [Alert(.info, "test", Message("a", fr: "b"))]
            if place == 0 {
                commit.orders = [account.order(session)]
                commit.session = StrategySession(
                    number: session, version: 1, parameters: [:], seed: 0, startedAt: time)
                commit.commands = command.map { [StrategyCommand.Outcome($0, answer: Message("a", fr: "b"))] } ?? []
            }
            try await account.commit([commit])
            let candle = Candles.candle(shift + place)
            let closed = ClosedCandle(
                key: try Candles.key(), candle: candle, tradeCount: 1, closedAt: time, isSignalled: true)
            try await store.heartbeat.record(HeartbeatPulse(candles: [closed]))
        }
    }
}
