import Engine
import Foundation
import Glibc
import Market
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing
import Trading
import Wording
import Worker

/// What an engine has written down, taken again.
@Suite("Replaying an engine's own journal", .timeLimit(.minutes(10)))
struct OwnJournalTests {
    /// Trades, remembers inside and outside of `self.state`, draws lots and listens to its fills.
    private static let script = """
        local ta = require "ta"
        local S = Strategy { name = "Journalled", version = "1.0", timeframe = "1m", warmup = 0 }
        function S:init() self.average = ta.sma(self.close, 2); self.seen = 0 end
        function S:on_start() self.state.starts = (self.state.starts or 0) + 1 end
        function S:on_candle()
          self.seen = self.seen + 1
          self.state.count = (self.state.count or 0) + 1
          plot("lot", random() + self.seen + (self.average[0] or 0))
          log.info("orders", { open = #self.orders, fills = self.state.fills or 0, free = self.balance.free })
          local rises, falls = self.close[0] > self.open[0], self.close[0] < self.open[0]
          if rises and not self.position.is_open then self:buy { value = 1000, stop = self.close[0] * 0.98 } end
          if falls and self.position.is_open then self:close { tag = "down" } end
        end
        function S:on_fill(fill) self.state.fills = (self.state.fills or 0) + 1 end
        function S:on_upgrade(old, version) self.state.count = old.count; self.state.from = version end
        return S
        """

    /// Through trades, a suspended stretch, an upgrade and a restart.
    private static func live(_ rig: EngineRig) async throws -> ActiveStrategy {
        let strategy = try await rig.activate(script, name: "journalled")
        rig.run()
        try await rig.loaded(strategy)
        try await decide(rig, strategy, 0, 19_990, 20_000)
        try await until("a position") { try await rig.position(strategy) != nil }
        try await decide(rig, strategy, 1, 20_000, 20_010)
        try await decide(rig, strategy, 2, 20_010, 20_000)
        try await until("it has left") { try await rig.position(strategy) == nil }
        try await decide(rig, strategy, 3, 20_000, 20_000)

        #expect(try await rig.command(.suspend, strategy).state == .done)
        try await rig.close(4, 20_000, 20_100)
        try await rig.close(5, 20_100, 20_000)
        #expect(try await rig.command(.resume, strategy).state == .done)
        try await rig.loaded(strategy, session: 2)
        try await decide(rig, strategy, 6, 20_000, 20_020)
        try await until("a position again") { try await rig.position(strategy) != nil }

        let next = script.replacing("\"1.0\"", with: "\"2.0\"").replacing("random() +", with: "2 * random() +")
        _ = try await rig.store.strategies.addVersion(rig.user.id, strategy.strategy, timeframe: .m1, source: next)
        #expect(try await rig.command(.upgrade(version: 2), strategy).state == .done)
        try await rig.loaded(strategy, session: 3)
        try await decide(rig, strategy, 7, 20_020, 20_030)

        try await rig.stop()
        rig.run("two")
        try await rig.loaded(strategy, session: 4)
        try await decide(rig, strategy, 8, 20_030, 20_010)
        try await until("it has left again") { try await rig.position(strategy) == nil }
        try await decide(rig, strategy, 9, 20_010, 20_010)
        return strategy
    }

    /// A candle closes and is decided on.
    private static func decide(
        _ rig: EngineRig, _ strategy: ActiveStrategy, _ minute: Int, _ open: Double, _ close: Double
    ) async throws {
        rig.market.trade(EngineRig.symbol, close)
        try await rig.close(minute, open, close)
        let time = Timestamp(milliseconds: EngineRig.start.milliseconds + Int64(minute) * 60_000)
        try await until("minute \(minute) is decided on") {
            try await rig.decisions(strategy).contains { $0.record.candleOpen == time }
        }
    }

    private static func replay(_ rig: EngineRig, _ decision: StoredDecision) async throws -> Replayed {
        let executor = InProcessExecutor()
        let journal = StoredJournal(rig.store, user: rig.user.id)
        let result: Result<Replayed, any Error>
        do {
            result = .success(try await DecisionReplay(journal, in: executor).run(decision))
        } catch {
            result = .failure(error)
        }
        await executor.close()
        return try result.get()
    }

    @Test("gives every decision bit for bit, and a changed row or candle is told")
    func own() async throws {
        try await EngineRig.with { rig in
            let strategy = try await Self.live(rig)
            let decisions = try await rig.decisions(strategy)
            #expect(Set(decisions.map(\.record.session)) == [1, 2, 3, 4])
            #expect(Set(decisions.map(\.record.version)) == [1, 2])
            #expect(decisions.count { $0.record.outcome == .intents } >= 4)
            let asked = decisions.filter { $0.record.input != nil }
            #expect(asked.count >= 8)
            for decision in asked {
                let replayed = try await Self.replay(rig, decision)
                #expect(
                    replayed.differences.isEmpty && replayed.isSame,
                    "\(decision.record.candleOpen): \(replayed.differences)")
                guard case .session = replayed.way else {
                    Issue.record("\(decision.record.candleOpen): \(replayed.way)")
                    continue
                }
                #expect(replayed.answer.outcomeHash == decision.record.outputHash)
                #expect(replayed.answer.stateHash == decision.record.stateHash)
            }
            try await Self.tamper(rig, asked)
        }
    }

    /// Numbers of the worker processes that were started.
    private final class Workers: Sendable {
        private let started = Mutex<[Int32]>([])

        var pids: [Int32] { started.withLock { $0 } }

        func pool() throws -> WorkerPool {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let program = URL(filePath: own).deletingLastPathComponent().appending(path: "WorkerRunner").path
            return WorkerPool(WorkerPoolOptions(executable: program)) { [self] event in
                if case .started(_, let pid, _) = event { started.withLock { $0.append(pid) } }
            }
        }

        /// Kills the worker between two decisions, and waits for the next one.
        func kill() async throws {
            let before = pids
            Glibc.kill(try #require(before.last), SIGKILL)
            try await until("another worker") { pids.count > before.count }
        }
    }

    @Test("a worker's death begins a new life of the script, kept and replayed like a restart")
    func death() async throws {
        let workers = Workers()
        let pool = try workers.pool()
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Self.script, name: "journalled")
            rig.run(workers: pool)
            try await rig.loaded(strategy)
            try await Self.decide(rig, strategy, 0, 19_990, 20_000)
            try await Self.decide(rig, strategy, 1, 20_000, 20_010)
            try await workers.kill()
            try await Self.decide(rig, strategy, 2, 20_010, 20_000)
            try await Self.decide(rig, strategy, 3, 20_000, 20_000)
            try await workers.kill()
            try await Self.decide(rig, strategy, 4, 20_000, 20_020)
            let decisions = try await rig.decisions(strategy).sorted { $0.id < $1.id }
            #expect(decisions.map(\.record.session) == [1, 1, 2, 2, 3])
            #expect(decisions.allSatisfy { $0.record.outcome != .failed })
            for decision in decisions {
                let replayed = try await Self.replay(rig, decision)
                #expect(replayed.isSame, "\(decision.record.candleOpen): \(replayed.differences)")
                guard case .session = replayed.way else {
                    Issue.record("\(decision.record.candleOpen): \(replayed.way)")
                    continue
                }
            }
            // What on_start did is in the store, and the next engine goes on from there.
            try await rig.stop()
            rig.run("two")
            try await rig.loaded(strategy, session: 4)
            try await Self.decide(rig, strategy, 5, 20_020, 20_020)
            let last = try #require(try await rig.decisions(strategy).max { $0.id < $1.id })
            let state = try #require(last.record.scriptState)
            #expect(String(decoding: state, as: UTF8.self).contains("starts=4"))
        }
    }

    private static func tamper(_ rig: EngineRig, _ asked: [StoredDecision]) async throws {
        let (early, late) = (try #require(asked.first), try #require(asked.last))
        let pool = rig.store.pool
        for column in ["output_hash", "state_hash"] {
            try await pool.execute(
                "UPDATE decisions SET \(identifier: column) = \(identifier: column) + 1 WHERE id = \(late.id.number)")
        }
        let changed = try #require(try await rig.store.decisions.list(rig.user.id, of: late.strategy).first)
        let replayed = try await replay(rig, changed)
        #expect(!replayed.isSame && replayed.differences.map(\.kind) == [.answer, .state])
        let open = early.record.candleOpen.milliseconds
        try await pool.execute("UPDATE candles_heartbeat SET close = close - 10 WHERE open_time = \(open)")
        #expect(try await !replay(rig, early).isSame)
    }
}
