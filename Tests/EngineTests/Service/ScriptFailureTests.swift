import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading
import Wording
import Worker

@Suite("Strategies that fail", .timeLimit(.minutes(10)))
struct ScriptFailureTests {
    @Test("One that does not compile is told of as failed, and the others go on")
    func broken() async throws {
        try await EngineRig.with { rig in
            let broken = try await rig.activate(Scripts.broken, name: "broken")
            let sound = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await until("it has failed") { try await rig.get(broken).state == .failed }
            #expect(try await rig.get(broken).reason != nil)
            try await until("an alert") { try await rig.alerts().contains { $0.alert.code == "strategy_failed" } }
            try await rig.loaded(sound)
            try await rig.close(0, 100, 101)
            try await until("a decision") { try await rig.decisions(sound).count == 1 }
        }
    }

    @Test("One whose callbacks fail again and again is paused with the reason, and nobody else notices")
    func paused() async throws {
        try await EngineRig.with { rig in
            let failing = try await rig.activate(Scripts.failing, name: "failing")
            let sound = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(failing)
            try await rig.loaded(sound)
            for minute in 0..<6 {
                try await rig.close(minute, 100, 101)
                try await until("a decision") { try await rig.decisions(sound).count == minute + 1 }
            }
            let row = try await rig.get(failing)
            #expect(row.state == .suspended && row.failures == 5 && row.reason != nil)
            #expect(try await rig.decisions(failing).map(\.record.outcome) == Array(repeating: .failed, count: 5))
            #expect(try await rig.alerts().contains { $0.alert.code == "strategy_paused" })
        }
    }

    @Test("A batch that fails as a whole costs one decision, and what runs the scripts is made anew")
    func batch() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(strategy)
            rig.executor?.failNext(.died(Message("it is gone", fr: "il est parti")))
            try await rig.close(0, 100, 101)
            try await rig.loaded(strategy, session: 2)
            #expect(try await rig.decisions(strategy).map(\.record.outcome) == [.failed])
            try await rig.close(1, 100, 101)
            try await until("it decides again") { try await rig.decisions(strategy).count == 2 }
        }
    }

    @Test("After its end it opens nothing any more")
    func ends() async throws {
        try await EngineRig.with { rig in
            let end = Timestamp(milliseconds: EngineRig.start.milliseconds + 90_000)
            let strategy = try await rig.activate(Scripts.counter, name: "counter") { $0.endsAt = end }
            let other = try await rig.activate(Scripts.counter, name: "other")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.loaded(other)
            for minute in 0..<3 {
                try await rig.close(minute, 100, 101)
                try await until("a decision") { try await rig.decisions(other).count == minute + 1 }
            }
            #expect(try await rig.decisions(strategy).count == 1)
        }
    }
}
