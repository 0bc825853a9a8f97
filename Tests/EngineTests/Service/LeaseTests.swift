import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("Engines that share accounts", .timeLimit(.minutes(10)))
struct LeaseTests {
    @Test("A second engine of the same name is refused while the first one lives")
    func name() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(strategy)
            rig.run("again") { $0.name = "one" }
            await #expect(throws: StorageError.self) { try await rig.wait(for: "again") }
        }
    }

    @Test("When an engine stops, another one has its strategies at once, positions and stops included")
    func handOver() async throws {
        try await EngineRig.with { rig in
            // Only what it gives back is free before the test has given up.
            let strategy = try await rig.open(Scripts.updown) { $0.deadAfter = .seconds(600) }
            rig.run("two")
            try await rig.stop("one")
            try await rig.loaded(strategy, session: 2)
            try await rig.close(1, 20_000, 19_000)
            try await until("it leaves") { try await rig.position(strategy) == nil }
            let orders = try await rig.orders(strategy)
            #expect(orders.count == 4 && orders.allSatisfy { $0.endedAt != nil })
        }
    }

    @Test("An engine that was declared dead writes and sends nothing any more")
    func dead() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run("one", edit: EngineRig.fallSilent)
            try await rig.loaded(strategy)
            try await rig.declareDead()
            rig.run("two")
            try await rig.loaded(strategy, session: 2)
            try await rig.close(0, 19_990, 20_000)
            try await until("one order and its protection") { try await rig.orders(strategy).count == 3 }
            #expect(try await rig.decisions(strategy).count == 1)
        }
    }
}
