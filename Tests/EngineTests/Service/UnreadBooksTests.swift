import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("Strategies whose books cannot be read")
struct UnreadBooksTests {
    private static func set(_ settings: String, _ rig: EngineRig) async throws {
        try await rig.store.pool.execute("UPDATE active_strategies SET settings = \(settings)::jsonb")
    }

    @Test("One that holds a position is neither stopped nor set going, says why, and goes on once it can be read")
    func holding() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown)
            try await rig.stop()
            try await Self.set(#"{"risk": 5}"#, rig)
            rig.run()
            try await until("it has failed") { try await rig.get(strategy).state == .failed }
            let orders: [StrategyCommand.Order] = [
                .stop(closing: false), .stop(closing: true), .close, .suspend, .resume, .upgrade(version: 1),
                .set(settings: nil, parameters: nil, capital: Money(11_000)),
            ]
            for order in orders {
                let answer = try await rig.command(order, strategy)
                #expect(answer.state == .refused, "\(order)")
                #expect(answer.answer?.english.contains("cannot be read") ?? false, "\(order)")
            }
            #expect(try await rig.get(strategy).state == .failed)
            #expect(try await rig.position(strategy) != nil)
            try await rig.stop()
            try await Self.set("{}", rig)
            rig.run()
            #expect(try await rig.command(.resume, strategy).state == .done)
            #expect(try await rig.command(.stop(closing: true), strategy).state == .done)
            #expect(try await rig.position(strategy) == nil)
        }
    }

    @Test("One of which nothing is open can be stopped")
    func idle() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            try await Self.set(#"{"risk": 5}"#, rig)
            rig.run()
            try await until("it has failed") { try await rig.get(strategy).state == .failed }
            #expect(try await rig.command(.stop(closing: false), strategy).state == .done)
            #expect(try await rig.get(strategy).state == .stopped)
        }
    }
}
