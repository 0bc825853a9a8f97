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

    @Test("One that cannot be asked, however often, is not paused for it")
    func unasked() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            rig.executor?.answerAll(with: Message("no process can be started", fr: "aucun processus ne démarre"))
            for minute in 1...6 {
                try await rig.close(minute, 100, 101)
                try await until("it was to be asked") { try await rig.decisions(strategy).count == minute + 1 }
            }
            #expect(try await rig.get(strategy).failures == 0)
            #expect(try await rig.get(strategy).state == .active)
            try await until("it is told") { try await rig.alerts("strategies_not_asked").count == 1 }
        }
    }

    @Test("Where no worker may be started its user is told once, and it is tried again")
    func noExecutor() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.refuseExecutors(ExecutorError.unavailable(Message("too many workers", fr: "trop de processus")))
            rig.run()
            try await until("several tries") { rig.connections >= 3 }
            #expect(try await rig.alerts("strategies_not_asked").count == 1)
            rig.refuseExecutors(nil)
            try await rig.loaded(strategy)
        }
    }

    @Test("When its end comes, what waits to open is taken back")
    func waitsAtTheEnd() async throws {
        try await EngineRig.with { rig in
            let end = Timestamp(milliseconds: EngineRig.start.milliseconds + 3_000)
            let strategy = try await rig.activate(Scripts.waiting, name: "waiting") { $0.endsAt = end }
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(-1, 19_990, 20_000)
            try await until("its order is over") { try await rig.orders(strategy).first?.endedAt != nil }
            #expect(try await rig.orders(strategy).count == 1)
            #expect(try await rig.broker?.base.openOrders(on: nil).isEmpty ?? false)
        }
    }

    @Test("One that holds a position at its end is told of once, and keeps stop and target")
    func holdsAtTheEnd() async throws {
        try await EngineRig.with { rig in
            let end = Timestamp(milliseconds: EngineRig.start.milliseconds + 5_000)
            let strategy = try await rig.activate(Scripts.updown, name: "updown") { $0.endsAt = end }
            rig.run { $0.checkInterval = .milliseconds(100) }
            try await rig.loaded(strategy)
            try await rig.close(-1, 19_990, 20_000)
            try await until("it is told") { try await !rig.alerts("strategy_ended").isEmpty }
            let told = rig.broker?.balancesTold ?? 0
            try await until("time has passed") { (rig.broker?.balancesTold ?? 0) > told + 3 }
            #expect(try await rig.alerts("strategy_ended").count == 1)
            #expect(try await rig.broker?.base.openOrders(on: nil).count == 2)
            #expect(try await rig.position(strategy) != nil)
        }
    }

    @Test("After its end it opens nothing any more")
    func ends() async throws {
        try await EngineRig.with { rig in
            let end = Timestamp(milliseconds: EngineRig.start.milliseconds + 90_000)
            let strategy = try await rig.activate(Scripts.adder, name: "adder") { $0.endsAt = end }
            let other = try await rig.activate(Scripts.counter, name: "other")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.loaded(other)
            for minute in 0..<3 {
                try await rig.close(minute, 100, 101)
                try await until("a decision") { try await rig.decisions(other).count == minute + 1 }
            }
            #expect(try await rig.decisions(strategy).count == 1)
            #expect(try await rig.orders(strategy).count == 1)
        }
    }
}
