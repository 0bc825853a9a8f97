import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("Scripts that cannot be read out when they are loaded")
struct LoadedStateTests {
    /// What the strategy remembers, as it is stored.
    private static func state(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws -> String? {
        try await rig.store.pool.query(
            """
            SELECT convert_from(script_state, 'UTF8') AS state FROM active_strategies
            WHERE id = \(strategy.id.number)
            """
        ).first?.optionalText("state")
    }

    /// A counter that puts into its state what cannot be stored, once there is something in it.
    private static let careless = Scripts.counter.replacing(
        "return S", with: "function S:on_start() if self.state.count then self.state.no = print end end\nreturn S")

    @Test("After a restart what was stored is kept, and the next engine loads it again")
    func restart() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Self.careless, name: "careless")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 100, 101)
            try await until("a decision") { try await rig.decisions(strategy).count == 1 }
            let state = try await Self.state(rig, strategy)
            #expect(state?.contains("count") ?? false, "\(state ?? "nothing")")
            for session in 2...3 {
                try await rig.stop()
                rig.run()
                try await rig.loaded(strategy, session: session)
                #expect(try await Self.state(rig, strategy) == state)
            }
            #expect(try await rig.get(strategy).state == .active)
        }
    }

    @Test("An upgrade is refused with the reason, and what ran before goes on with what it remembered")
    func upgrade() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            _ = try await rig.store.strategies.addVersion(
                rig.user.id, strategy.strategy, timeframe: .m1,
                source: Self.careless.replacing("\"1.0\"", with: "\"2.0\""))
            let state = try await Self.state(rig, strategy)
            let refused = try await rig.command(.upgrade(version: 2), strategy)
            #expect(refused.state == .refused)
            #expect(refused.answer?.english.contains("self.state") ?? false)
            #expect(try await Self.state(rig, strategy) == state)
            try await rig.loaded(strategy, session: 2)
            try await rig.close(1, 100, 101)
            try await until("it goes on") { try await rig.decisions(strategy).count == 2 }
            let record = try #require(try await rig.decisions(strategy).last?.record)
            #expect(record.version == 1 && record.outcome == .nothing)
            let next = String(decoding: record.scriptState ?? [], as: UTF8.self)
            #expect(next == state?.replacing("1", with: "2"))
        }
    }
}
